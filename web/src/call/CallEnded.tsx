/** What is left of a call that is over. */

import type { CallStage } from "../core/model";
import { Button } from "../ui/Button";
import { spokenDuration } from "../ui/format";
import { useLocale } from "../ui/locale";
import { Mark } from "../ui/Mark";
import styles from "./CallEnded.module.css";

type CallEndedProps = {
  title: string;
  stage: Extract<CallStage, { kind: "ended" }>;
};

export function CallEnded({ title, stage }: CallEndedProps) {
  const { t, language } = useLocale();
  const { reason, durationMs, dismiss } = stage;
  const words = isEnd(reason, t.call.ended) ? t.call.ended[reason] : t.problem[reason];
  return (
    <main className={styles.page} aria-label={t.call.label(title)}>
      <Mark size={72} />
      <h1 className={styles.title} role="status">
        {t.call.over}
      </h1>
      <p className={styles.words}>
        {durationMs > 0 && `${t.call.lasted(spokenDuration(durationMs, language))} `}
        {words}
      </p>
      <Button look="primary" onPress={dismiss}>
        {t.call.close}
      </Button>
    </main>
  );
}

function isEnd<Ends extends object>(reason: string, ends: Ends): reason is string & keyof Ends {
  return reason in ends;
}
