/** What one says without speaking, and who is there: a hand, an emoji, the list of people. */

import { Hand, SmilePlus, Users } from "lucide-react";
import { useRef, useState } from "react";

import { EmojiPopover } from "../chat/EmojiPopover";
import type { CurrentCall } from "../core/model";
import { letterOf } from "../core/shortcuts";
import { PeopleSheet } from "../lazy";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { useShortcuts } from "../ui/useShortcuts";
import styles from "./FloorControls.module.css";

export function FloorControls({ call }: { call: CurrentCall }) {
  const { t, language } = useLocale();
  const [people, setPeople] = useState(false);
  const [reacting, setReacting] = useState(false);
  const beside = useRef<HTMLSpanElement>(null);
  const { hand, react } = call.floor;
  const count = new Set(call.tiles.map(({ person }) => person.id)).size;
  const hands = call.tiles.filter(({ handAt, self }) => handAt !== null && !self).length;
  useShortcuts({
    hand: hand.toggle,
    people: () => setPeople(true),
  });
  return (
    <>
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
      <span className={styles.people}>
        <IconButton
          label={t.floor.people(new Intl.NumberFormat(language).format(count))}
          size="large"
          look="stage"
          onPress={() => setPeople(true)}
          shortcut={letterOf("people")}
        >
          <Users size={23} />
        </IconButton>
        {hands > 0 && (
          <span className={styles.hands} aria-hidden="true">
            ✋
          </span>
        )}
      </span>
      {people && <PeopleSheet call={call} close={() => setPeople(false)} />}
    </>
  );
}
