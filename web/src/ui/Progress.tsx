/** How far something has got, or that it goes on for nobody knows how long. */

import { Label, ProgressBar } from "react-aria-components";

import styles from "./Progress.module.css";

type ProgressProps = {
  label: string;
  /** 0 to 1; null while it is not known. */
  value: number | null;
  /** Hides the words from the eye, not from screen readers. */
  bare?: boolean;
  failed?: boolean;
};

export function Progress({ label, value, bare = false, failed = false }: ProgressProps) {
  return (
    <ProgressBar
      className={styles.progress ?? ""}
      value={value ?? 0}
      minValue={0}
      maxValue={1}
      isIndeterminate={value === null}
      data-failed={failed}
      {...(bare && { "aria-label": label })}
    >
      {({ percentage, valueText }) => (
        <>
          {!bare && (
            <span className={styles.words}>
              <Label>{label}</Label>
              <span className={styles.value}>{valueText}</span>
            </span>
          )}
          <span className={styles.track}>
            <span
              className={styles.fill}
              data-unknown={value === null}
              style={{ inlineSize: value === null ? "36%" : `${percentage}%` }}
            />
          </span>
        </>
      )}
    </ProgressBar>
  );
}
