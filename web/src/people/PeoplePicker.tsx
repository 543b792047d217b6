/** Picks people from a list that can be searched; who is chosen stands above it. */

import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";

import type { PersonView } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { Chip } from "../ui/Chip";
import { EmptyState } from "../ui/EmptyState";
import { useLocale } from "../ui/locale";
import { matches } from "../ui/names";
import { PickList } from "../ui/PickList";
import styles from "./PeoplePicker.module.css";

type PeoplePickerProps = {
  people: readonly PersonView[];
  chosen: readonly PersonView[];
  onChange: (chosen: readonly PersonView[]) => void;
  /** Stands there when there is nobody to choose from. */
  nobody: ReactNode;
};

export function PeoplePicker({ people, chosen, onChange, nobody }: PeoplePickerProps) {
  const { t } = useLocale();
  const [query, setQuery] = useState("");
  const found = people.filter((person) => matches(query, `${person.name} ${person.username}`));
  const toggle = (person: PersonView): void => {
    const rest = chosen.filter((other) => other.id !== person.id);
    onChange(rest.length === chosen.length ? [...chosen, person] : rest);
    setQuery("");
  };

  return (
    <>
      <PickList
        searchLabel={t.create.search}
        query={query}
        setQuery={setQuery}
        label={t.create.search}
        items={found}
        keyOf={idOf}
        rowHeight={ROW_HEIGHT}
        below={
          chosen.length > 0 && (
            <ul className={styles.chosen} aria-label={t.create.chosen}>
              {chosen.map((person) => (
                <li key={person.id}>
                  <Chip
                    leading={<Avatar person={person} size={28} />}
                    remove={{ label: t.create.remove(person.name), action: () => toggle(person) }}
                  >
                    {person.name}
                  </Chip>
                </li>
              ))}
            </ul>
          )
        }
      >
        {(person) => (
          <PersonChoice
            person={person}
            chosen={chosen.some((other) => other.id === person.id)}
            toggle={() => toggle(person)}
          />
        )}
      </PickList>
      {people.length === 0
        ? nobody
        : found.length === 0 && (
            <EmptyState small picture="search" title={t.create.nobody} text="" />
          )}
    </>
  );
}

type PersonChoiceProps = {
  person: PersonView;
  chosen: boolean;
  toggle: () => void;
};

function PersonChoice({ person, chosen, toggle }: PersonChoiceProps) {
  const { t } = useLocale();
  return (
    <button
      type="button"
      className={styles.person}
      data-stop={person.id}
      aria-pressed={chosen}
      onClick={toggle}
    >
      <Avatar person={person} size={42} presence />
      <span className={styles.words}>
        <span className={styles.name}>{person.name}</span>
        <span className={styles.detail}>
          @{person.username} · {t.people.availability[person.availability]}
        </span>
      </span>
      <span className={styles.check} data-on={chosen}>
        {chosen && <Check size={16} strokeWidth={3} />}
      </span>
    </button>
  );
}

const idOf = (person: PersonView): string => person.id;

/** What its stylesheet gives a person, in CSS pixels. */
const ROW_HEIGHT = 60;
