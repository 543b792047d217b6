/** How loud it is: drops that fill up. */

import { Meter as AriaMeter } from "react-aria-components";

import styles from "./Meter.module.css";

type MeterProps = {
  /** Read aloud. */
  label: string;
  /** 0 to 1. */
  level: number;
};

export function Meter({ label, level }: MeterProps) {
  const lit = Math.round(Math.min(Math.max(level, 0), 1) * DROPS.length);
  return (
    <AriaMeter
      className={styles.meter ?? ""}
      aria-label={label}
      maxValue={DROPS.length}
      value={lit}
    >
      {DROPS.map((drop) => (
        <span
          key={drop}
          className={styles.drop}
          data-lit={drop < lit}
          data-loud={drop >= LOUD_FROM}
        />
      ))}
    </AriaMeter>
  );
}

const DROPS = Array.from({ length: 14 }, (_, drop) => drop);

/** From here on it is too loud. */
const LOUD_FROM = 12;
