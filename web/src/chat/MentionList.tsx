/** Whom one may mean, above the field: arrows choose, Enter takes. */

import type { PersonView } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { useLocale } from "../ui/locale";
import styles from "./MentionList.module.css";

type MentionListProps = {
  id: string;
  people: readonly PersonView[];
  active: number;
  pick: (person: PersonView) => void;
};

export function MentionList({ id, people, active, pick }: MentionListProps) {
  const { t } = useLocale();
  return (
    <div id={id} className={styles.list} role="listbox" aria-label={t.composer.mentions}>
      {people.map((person, index) => (
        <div
          key={person.id}
          id={optionId(id, index)}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={styles.option}
          // The field keeps the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            pick(person);
          }}
        >
          <Avatar person={person} size={32} presence />
          <span className={styles.name}>{person.name}</span>
          <span className={styles.username}>@{person.username}</span>
        </div>
      ))}
    </div>
  );
}

/** The id of an option, for `aria-activedescendant`. */
export function optionId(list: string, index: number): string {
  return `${list}-${index}`;
}
