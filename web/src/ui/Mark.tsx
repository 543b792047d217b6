/** The mark: a tree whose crown is what is said under it. */

import styles from "./Mark.module.css";

type MarkProps = {
  /** Edge in CSS pixels. */
  size: number;
};

export function Mark({ size }: MarkProps) {
  return (
    <svg className={styles.mark} width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <path
        className={styles.tree}
        d="M32 4C15.4 4 3 13.6 3 25.5c0 9.3 7.6 17.2 18.6 20.2 1.3 5.4-.7 10.1-6.1 13.3-.9.5-.5 1.9.5 1.9h26.6c1 0 1.3-1.3.5-1.8-5-3.1-7.3-7.3-6.7-12.3C51.5 45.3 61 36.3 61 25.5 61 13.6 48.6 4 32 4Z"
      />
      <circle className={styles.fruit} cx="18.5" cy="25.5" r="4.2" />
      <circle className={styles.light} cx="32" cy="25.5" r="4.2" />
      <circle className={styles.fruit} cx="45.5" cy="25.5" r="4.2" />
    </svg>
  );
}
