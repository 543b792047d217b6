/** The emoji under a message: who reacted shows on hover, a press joins in or takes one's own back. */

import { UsersRound } from "lucide-react";
import type { ReactionView } from "../core/model";
import { useLocale } from "../ui/locale";
import { listNames } from "../ui/names";
import styles from "./Reactions.module.css";

type ReactionsProps = {
  reactions: readonly ReactionView[];
  /** Null takes one's own back; undefined while that is not possible. */
  react: ((emoji: string | null) => void) | undefined;
  /** Shows everybody who reacted. */
  showAll: () => void;
};

export function Reactions({ reactions, react, showAll }: ReactionsProps) {
  const { t } = useLocale();
  return (
    <ul className={styles.reactions} aria-label={t.message.reactions}>
      {reactions.map(({ emoji, people, mine }) => {
        const names = listNames(people, t, MOST_NAMES);
        return (
          <li key={emoji}>
            <button
              type="button"
              className={styles.reaction}
              aria-pressed={mine}
              aria-label={t.message.reacted(emoji, people.length, names)}
              title={names}
              disabled={react === undefined}
              onClick={() => react?.(mine ? null : emoji)}
            >
              <span className={styles.emoji}>{emoji}</span>
              {people.length > 1 && <span className={styles.count}>{people.length}</span>}
            </button>
          </li>
        );
      })}
      <li>
        <button
          type="button"
          className={`${styles.reaction} ${styles.all}`}
          aria-label={t.message.whoReacted}
          title={t.message.whoReacted}
          onClick={showAll}
        >
          <UsersRound size={14} aria-hidden="true" />
        </button>
      </li>
    </ul>
  );
}

/** Longer lists are in the sheet. */
const MOST_NAMES = 8;
