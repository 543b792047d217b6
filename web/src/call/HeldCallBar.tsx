/** The call that waits: which one, the way back to it, and out of it. */

import { Pause, PhoneOff } from "lucide-react";

import type { HeldCall } from "../core/model";
import { Button, IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./HeldCallBar.module.css";

export function HeldCallBar({ held }: { held: HeldCall }) {
  const { t } = useLocale();
  return (
    <section className={styles.bar} aria-label={t.call.heldCall(held.title)}>
      <Pause size={18} aria-hidden="true" className={styles.icon} />
      <p className={styles.words}>
        <span className={styles.state}>{t.call.onHold}</span>
        <span className={styles.title}>{held.title}</span>
      </p>
      <Button look="primary" onPress={held.takeUp}>
        {t.call.takeUp}
      </Button>
      <IconButton label={t.call.leaveHeld} look="danger" onPress={held.leave}>
        <PhoneOff size={19} />
      </IconButton>
    </section>
  );
}
