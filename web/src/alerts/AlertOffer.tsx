/** A calm line above the conversations: the browser is asked only by whoever presses it. */

import { BellRing, X } from "lucide-react";

import type { PushView } from "../core/model";
import { Button, IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./AlertOffer.module.css";

export function AlertOffer({ push }: { push: PushView }) {
  const { t } = useLocale();
  if (!isOffered(push)) return null;
  const { turnOn } = push;
  return (
    <section className={styles.offer} aria-label={t.alerts.title}>
      <BellRing size={20} className={styles.sign} aria-hidden="true" />
      <p className={styles.words}>{t.alerts.offer}</p>
      <Button look="soft" onPress={turnOn && (() => void turnOn())}>
        {t.alerts.offerOn}
      </Button>
      <IconButton label={t.alerts.offerLater} onPress={push.dismissOffer}>
        <X size={18} />
      </IconButton>
    </section>
  );
}

/** Whether there is something to offer to who has not put it away. */
export function isOffered(push: PushView): push is Extract<PushView, { kind: "off" }> {
  return push.kind === "off" && push.dismissOffer !== undefined;
}
