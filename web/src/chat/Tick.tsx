/** How far an own message has got: a clock, one tick, two, two in colour. */

import { CircleAlert, Clock3 } from "lucide-react";

import type { Tick as TickState } from "../core/model";
import { useLocale } from "../ui/locale";
import styles from "./Tick.module.css";

type TickProps = {
  tick: TickState;
};

export function Tick({ tick }: TickProps) {
  const { t } = useLocale();
  return (
    <span className={styles.tick} data-tick={tick} role="img" aria-label={t.chat.tick[tick]}>
      {tick === "pending" && <Clock3 size={13} strokeWidth={2.4} />}
      {tick === "failed" && <CircleAlert size={14} strokeWidth={2.4} />}
      {tick === "sent" && <Strokes double={false} />}
      {(tick === "delivered" || tick === "read") && <Strokes double />}
    </span>
  );
}

function Strokes({ double }: { double: boolean }) {
  return (
    <svg
      width={double ? 18 : 13}
      height="12"
      viewBox={double ? "0 0 18 12" : "0 0 13 12"}
      aria-hidden="true"
    >
      <path d="M1.5 6.5l3 3L11 2.5" />
      {double && <path d="M8.5 9.5L16 2.5" />}
    </svg>
  );
}
