/** Words for ears only: read aloud when they change, after what is being said. */

import styles from "./LiveText.module.css";

export function LiveText({ children }: { children: string }) {
  return (
    <p className={styles.unseen} aria-live="polite">
      {children}
    </p>
  );
}
