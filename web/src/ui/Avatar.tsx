/** A person or a group: their picture, else a coloured disc with initials, made here. */

import { Users } from "lucide-react";
import { useState } from "react";

import type { PersonView } from "../core/model";
import type { Availability } from "../core/protocol";
import styles from "./Avatar.module.css";
import { hue, initials } from "./names";

type AvatarProps = {
  person: PersonView;
  /** Edge in CSS pixels. */
  size?: number;
  /** Draws the presence dot. */
  presence?: boolean;
  /** Address of another picture than theirs; null for none. */
  picture?: string | null | undefined;
};

/** Beside a name, so that it says nothing to a screen reader. */
export function Avatar({
  person,
  size = 44,
  presence = false,
  picture = person.picture,
}: AvatarProps) {
  return (
    <span
      className={styles.avatar}
      style={disc(person.id, size)}
      data-initials={initials(person.name)}
      aria-hidden="true"
    >
      <Picture key={picture} address={picture} size={size} />
      {presence && person.availability !== "offline" && <Dot availability={person.availability} />}
    </span>
  );
}

type GroupAvatarProps = {
  /** Decides the colour. */
  id: string;
  size?: number;
  picture?: string | null | undefined;
};

export function GroupAvatar({ id, size = 44, picture }: GroupAvatarProps) {
  return (
    <span className={`${styles.avatar} ${styles.group}`} style={disc(id, size)} aria-hidden="true">
      <Users size={size * 0.5} strokeWidth={2} />
      <Picture key={picture} address={picture} size={size} />
    </span>
  );
}

/** Lies over the initials; one that does not load leaves them as they were. */
function Picture({ address, size }: { address: string | null | undefined; size: number }) {
  const [broken, setBroken] = useState(false);
  if (address === null || address === undefined || broken) return null;
  return (
    <img
      className={styles.picture}
      src={address}
      alt=""
      width={size}
      height={size}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setBroken(true)}
    />
  );
}

function Dot({ availability }: { availability: Availability }) {
  return <span className={styles.dot} data-availability={availability} />;
}

function disc(id: string, size: number) {
  return {
    inlineSize: size,
    blockSize: size,
    fontSize: size * 0.38,
    background: `var(--disc-${hue(id)})`,
  };
}
