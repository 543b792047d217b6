/** Somebody in a list: their picture, their name, a word about them, and what can be done. */

import type { ReactNode } from "react";

import type { PersonView } from "../core/model";
import { Avatar } from "./Avatar";
import styles from "./PersonRow.module.css";

type PersonRowProps = {
  person: PersonView;
  /** Behind the name: "(you)", a badge. */
  note?: ReactNode;
  detail?: ReactNode;
  presence?: boolean;
  size?: number;
  /** Controls at the end. */
  children?: ReactNode;
};

export function PersonRow({
  person,
  note,
  detail,
  presence = false,
  size = 44,
  children,
}: PersonRowProps) {
  return (
    <div className={styles.row}>
      <Avatar person={person} size={size} presence={presence} />
      <span className={styles.words}>
        <span className={styles.name}>
          {person.name}
          {note !== undefined && <span className={styles.note}> {note}</span>}
        </span>
        {detail !== undefined && <span className={styles.detail}>{detail}</span>}
      </span>
      {children !== undefined && <span className={styles.actions}>{children}</span>}
    </div>
  );
}
