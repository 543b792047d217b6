/** A message that was found: where, when, who, and the words around what was looked for. */

import type { PersonView } from "../core/model";
import { Avatar, GroupAvatar } from "../ui/Avatar";
import { useNow } from "../ui/clock";
import { shortMoment } from "../ui/format";
import { Highlight } from "../ui/Highlight";
import { useLocale } from "../ui/locale";
import { firstName } from "../ui/names";
import styles from "./SearchHit.module.css";

type SearchHitProps = {
  /** The conversation's name and, of a direct one, the other person. */
  conversation: { id: string; title: string; other: PersonView | null };
  sender: PersonView;
  at: number;
  text: string;
  query: string;
  /** Names it as a stop of a list. */
  stop?: string;
  /** Jumps to the message. */
  open: () => void;
};

export function SearchHit({ conversation, sender, at, text, query, stop, open }: SearchHitProps) {
  const { t, language } = useLocale();
  const now = useNow(null);
  return (
    <button type="button" className={styles.hit} data-stop={stop} onClick={open}>
      {conversation.other === null ? (
        <GroupAvatar id={conversation.id} size={40} />
      ) : (
        <Avatar person={conversation.other} size={40} />
      )}
      <span className={styles.words}>
        <span className={styles.line}>
          <span className={styles.title}>{conversation.title}</span>
          <time className={styles.time}>{shortMoment(at, now, language, t.chat)}</time>
        </span>
        <span className={styles.text}>
          <span className={styles.sender}>
            {sender.self ? t.people.youCapital : firstName(sender)}
          </span>{" "}
          <Highlight text={text} query={query} />
        </span>
      </span>
    </button>
  );
}
