/** Where a call stands, in a few words. */

import type { CurrentCall } from "../core/model";
import { useNow } from "../ui/clock";
import { clockDuration } from "../ui/format";
import { useLocale } from "../ui/locale";
import { listNames } from "../ui/names";
import styles from "./CallProgress.module.css";

/** Where the call stands: who it rings at, or how long it has lasted. */
export function CallProgress({ call }: { call: CurrentCall }) {
  const { t } = useLocale();
  const { stage, answeredAt } = call;
  const now = useNow(SECOND_MS);
  if (stage.kind === "connected" && answeredAt !== null) {
    return (
      <span className={styles.progress} role="timer" aria-label={t.call.timer}>
        {clockDuration(now - answeredAt)}
      </span>
    );
  }
  const rings = call.rings.filter((ring) => ring.state === "ringing");
  const ringing = rings.map(({ person }) => person);
  const busy = rings.filter((ring) => ring.busy).map(({ person }) => person);
  const rung = [
    t.call.waitingFor(listNames(ringing, t)),
    busy.length > 0 ? t.call.inOtherCall(listNames(busy, t)) : "",
  ].filter(Boolean);
  const words = {
    joining: t.call.joining,
    ringing: ringing.length > 0 ? rung.join(" · ") : t.call.alone,
    connected: t.call.alone,
    reconnecting: t.call.reconnecting,
    ended: t.call.over,
  };
  return (
    <span className={styles.progress} aria-live="polite">
      {words[stage.kind]}
    </span>
  );
}

const SECOND_MS = 1_000;
