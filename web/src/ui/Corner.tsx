/** What stands above everything in the upper corner, one below the other: who knocks, who beeps. */

import type { ReactNode } from "react";

import styles from "./Corner.module.css";

export function Corner({ children }: { children: ReactNode }) {
  return (
    // Reached while a sheet is open, too.
    <div className={styles.corner} data-react-aria-top-layer="true">
      {children}
    </div>
  );
}

type CornerGroupProps = {
  label: string;
  children: ReactNode;
};

/** Cards of one kind; what is new among them is said at once. */
export function CornerGroup({ label, children }: CornerGroupProps) {
  return (
    <section className={styles.group} aria-label={label} aria-live="assertive">
      {children}
    </section>
  );
}

type CornerCardProps = {
  /** What it says. */
  children: ReactNode;
  /** The two answers. */
  answers: ReactNode;
  /** It wants to be looked at now. */
  calling?: boolean;
};

export function CornerCard({ children, answers, calling = false }: CornerCardProps) {
  return (
    <article className={styles.card} data-calling={calling}>
      {children}
      <div className={styles.answers}>{answers}</div>
    </article>
  );
}
