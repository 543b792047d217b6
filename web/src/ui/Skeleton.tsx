/** The shape of what is on its way, so that nothing jumps when it comes. */

import styles from "./Skeleton.module.css";

type SkeletonProps = {
  /** Read aloud. */
  label: string;
  /** A list of conversations or people, or the bubbles of a timeline. */
  shape?: "rows" | "bubbles";
};

export function Skeleton({ label, shape = "rows" }: SkeletonProps) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label} data-shape={shape}>
      {WIDTHS.map((width, index) =>
        shape === "rows" ? (
          <div key={width} className={styles.row}>
            <span className={styles.disc} />
            <span className={styles.lines}>
              <span style={{ inlineSize: `${width}%` }} />
              <span style={{ inlineSize: `${width + 22}%` }} />
            </span>
          </div>
        ) : (
          <span
            key={width}
            className={styles.bubble}
            data-own={index % 3 === 1}
            style={{ inlineSize: `${width}%`, blockSize: index % 2 === 0 ? 40 : 62 }}
          />
        ),
      )}
    </div>
  );
}

/** Of one line each, in percent; no two are the same, as texts are not. */
const WIDTHS = [38, 52, 30, 46, 58, 34];
