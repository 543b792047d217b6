/** Something small that was chosen and can be taken away, or can be chosen. */

import { X } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./Chip.module.css";

type ChipProps = {
  children: string;
  /** An avatar or an icon before the word. */
  leading?: ReactNode;
  /** Takes it away. */
  remove?: { label: string; action: () => void };
  /** Switches it on and off, as a filter. */
  toggle?: { on: boolean; action: (() => void) | undefined };
};

export function Chip({ children, leading, remove, toggle }: ChipProps) {
  const words = (
    <>
      {leading}
      <span className={styles.text}>{children}</span>
    </>
  );
  if (toggle !== undefined) {
    return (
      <button
        type="button"
        className={`${styles.chip} ${styles.toggle}`}
        aria-pressed={toggle.on}
        disabled={toggle.action === undefined}
        onClick={toggle.action}
      >
        {words}
      </button>
    );
  }
  if (remove !== undefined) {
    return (
      <button
        type="button"
        className={`${styles.chip} ${styles.removable}`}
        aria-label={remove.label}
        onClick={remove.action}
      >
        {words}
        <X size={16} aria-hidden="true" />
      </button>
    );
  }
  return <span className={styles.chip}>{words}</span>;
}
