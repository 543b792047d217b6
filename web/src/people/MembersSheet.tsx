/** Who is in a conversation. */

import type { PersonView } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { useNow } from "../ui/clock";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import styles from "./MembersSheet.module.css";
import { presenceLine } from "./presence";

type MembersSheetProps = {
  members: readonly PersonView[];
  close: () => void;
};

export function MembersSheet({ members, close }: MembersSheetProps) {
  const { t, language } = useLocale();
  const now = useNow(MINUTE_MS);
  return (
    <Sheet title={t.people.members(members.length)} closeLabel={t.chat.close} close={close}>
      <ul className={styles.people} aria-label={t.chat.members}>
        {members.map((person) => (
          <li key={person.id} className={styles.person}>
            <Avatar person={person} size={44} presence />
            <span className={styles.words}>
              <span className={styles.name}>
                {person.name}
                {person.self && ` (${t.people.you})`}
              </span>
              <span className={styles.detail}>
                @{person.username}
                {!person.self && ` · ${presenceLine(person, now, t, language)}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

const MINUTE_MS = 60_000;
