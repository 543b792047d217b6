/** Something is under way: the three fruits of the mark, one after the other. */

import styles from "./Spinner.module.css";

type SpinnerProps = {
  /** Width in CSS pixels. */
  size?: number;
  /** Read aloud; absent where words beside it say it already. */
  label?: string;
};

export function Spinner({ size = 32, label }: SpinnerProps) {
  return (
    <span
      className={styles.spinner}
      style={{ inlineSize: size, fontSize: size }}
      {...(label === undefined
        ? { "aria-hidden": true }
        : { role: "progressbar", "aria-label": label })}
    >
      <span className={styles.fruit} />
      <span className={styles.fruit} />
      <span className={styles.fruit} />
    </span>
  );
}
