/** A key of the keyboard, drawn as one. */

import styles from "./Key.module.css";

type KeyProps = {
  children: string;
};

export function Key({ children }: KeyProps) {
  return <kbd className={styles.key}>{children}</kbd>;
}

/** Keys pressed together: `Alt+↑`. */
export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span className={styles.keys}>
      {keys.map((key) => (
        <Key key={key}>{key}</Key>
      ))}
    </span>
  );
}
