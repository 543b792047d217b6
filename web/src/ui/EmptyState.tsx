/** What a place says while it holds nothing, or cannot. */

import type { ReactNode } from "react";

import styles from "./EmptyState.module.css";
import { Picture, type PictureKind } from "./Picture";

type EmptyStateProps = {
  title: string;
  text?: string;
  picture?: PictureKind;
  /** What can be done about it. */
  children?: ReactNode;
  /** In a card or a pane with little room. */
  small?: boolean;
};

export function EmptyState({
  title,
  text = "",
  picture = "tree",
  children,
  small = false,
}: EmptyStateProps) {
  return (
    <div className={styles.empty} data-small={small}>
      <Picture kind={picture} />
      <h2 className={styles.title}>{title}</h2>
      {text !== "" && <p className={styles.text}>{text}</p>}
      {children !== undefined && <div className={styles.actions}>{children}</div>}
    </div>
  );
}
