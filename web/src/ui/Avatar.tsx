/** A person or a group as a coloured disc with initials, made here: no picture is fetched. */

import { Users } from "lucide-react";

import type { PersonView } from "../core/model";
import type { Availability } from "../core/protocol";
import styles from "./Avatar.module.css";
import { hue, initials } from "./names";

type AvatarProps = {
  person: PersonView;
  size?: number;
  /** Draws the presence dot. */
  presence?: boolean;
};

/** Beside a name, so that it says nothing to a screen reader. */
export function Avatar({ person, size = 44, presence = false }: AvatarProps) {
  return (
    <span
      className={styles.avatar}
      style={{
        inlineSize: size,
        blockSize: size,
        fontSize: size * 0.38,
        background: `var(--disc-${hue(person.id)})`,
      }}
      data-initials={initials(person.name)}
      aria-hidden="true"
    >
      {presence && person.availability !== "offline" && <Dot availability={person.availability} />}
    </span>
  );
}

type GroupAvatarProps = {
  /** Decides the colour. */
  id: string;
  size?: number;
};

export function GroupAvatar({ id, size = 44 }: GroupAvatarProps) {
  return (
    <span
      className={`${styles.avatar} ${styles.group}`}
      style={{ inlineSize: size, blockSize: size, background: `var(--disc-${hue(id)})` }}
      aria-hidden="true"
    >
      <Users size={size * 0.5} strokeWidth={2} />
    </span>
  );
}

function Dot({ availability }: { availability: Availability }) {
  return <span className={styles.dot} data-availability={availability} />;
}
