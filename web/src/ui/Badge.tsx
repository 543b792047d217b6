/** A count that wants to be seen. */

import styles from "./Badge.module.css";
import { useLocale } from "./locale";

type BadgeProps = {
  count: number;
  /** Read aloud instead of the number: "3 unread messages". */
  label: string;
  /** `quiet` where somebody asked not to be disturbed; `mention` where their name was said. */
  look?: "unread" | "quiet" | "mention";
};

export function Badge({ count, label, look = "unread" }: BadgeProps) {
  const { language } = useLocale();
  const number = new Intl.NumberFormat(language).format(Math.min(count, MOST));
  return (
    <span className={styles.badge} data-look={look} role="img" aria-label={label}>
      {look === "mention" ? "@" : count > MOST ? `${number}+` : number}
    </span>
  );
}

/** Beyond that nobody counts. */
const MOST = 99;
