/** What one says without speaking, and who is there: a hand, an emoji, the list of people. */

import { Hand, SmilePlus, Users } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";

import { EmojiPopover } from "../chat/EmojiPopover";
import type { CallFloor, CurrentCall } from "../core/model";
import { letterOf } from "../core/shortcuts";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./FloorControls.module.css";

export function HandButton({ floor: { hand } }: { floor: CallFloor }) {
  const { t } = useLocale();
  return (
    <IconButton
      label={hand.raised ? t.floor.lowerHand : t.floor.raiseHand}
      size="large"
      look={hand.raised ? "lit" : "stage"}
      pressed={hand.raised}
      onPress={hand.toggle}
      shortcut={letterOf("hand")}
    >
      <Hand size={23} />
    </IconButton>
  );
}

export function ReactButton({ floor: { react } }: { floor: CallFloor }) {
  const { t } = useLocale();
  const [reacting, setReacting] = useState(false);
  const beside = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={beside} className={styles.anchor}>
        <IconButton
          label={t.floor.react}
          size="large"
          look="stage"
          onPress={react && (() => setReacting(true))}
        >
          <SmilePlus size={23} />
        </IconButton>
      </span>
      {reacting && react && (
        <EmojiPopover
          beside={beside}
          pick={react}
          close={() => setReacting(false)}
          quick={{ own: null }}
        />
      )}
    </>
  );
}

export function PeopleButton({ call, show }: { call: CurrentCall; show: () => void }) {
  const { t, language } = useLocale();
  return (
    <HandsBeside call={call}>
      <IconButton
        label={t.floor.people(new Intl.NumberFormat(language).format(peopleIn(call)))}
        size="large"
        look="stage"
        onPress={show}
        shortcut={letterOf("people")}
      >
        <Users size={23} />
      </IconButton>
    </HandsBeside>
  );
}

type HandsBesideProps = {
  /** Null where something else leads to the people. */
  call: CurrentCall | null;
  children: ReactNode;
};

/** A sign on what leads to the people, while a hand of another is up. */
export function HandsBeside({ call, children }: HandsBesideProps) {
  const raised = call?.tiles.some(({ handAt, self }) => handAt !== null && !self) ?? false;
  return (
    <span className={styles.people}>
      {children}
      {raised && (
        <span className={styles.hands} aria-hidden="true">
          ✋
        </span>
      )}
    </span>
  );
}

/** How many are there; somebody may be there with two devices. */
export function peopleIn(call: CurrentCall): number {
  return new Set(call.tiles.map(({ person }) => person.id)).size;
}
