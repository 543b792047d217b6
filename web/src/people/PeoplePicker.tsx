/** Picks people from a list that can be searched; who is chosen stands above it. */

import { Check } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";

import type { PersonView } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { Chip } from "../ui/Chip";
import { EmptyState } from "../ui/EmptyState";
import { LongList } from "../ui/LongList";
import { useLocale } from "../ui/locale";
import { matches } from "../ui/names";
import { SearchField } from "../ui/SearchField";
import { useLongListKeys } from "../ui/useLongListKeys";
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
  const field = useRef<HTMLInputElement>(null);
  const { box, scroller, fieldKeys, boxKeys, onFocus } = useLongListKeys(field, found, idOf);
  const toggle = (person: PersonView): void => {
    const rest = chosen.filter((other) => other.id !== person.id);
    onChange(rest.length === chosen.length ? [...chosen, person] : rest);
    setQuery("");
  };

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hears the arrows of the field in it. */}
      <div className={styles.top} onKeyDown={fieldKeys}>
        <SearchField
          label={t.create.search}
          autoFocus
          value={query}
          onChange={setQuery}
          field={field}
        />
        {chosen.length > 0 && (
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
        )}
      </div>

      {/* biome-ignore lint/a11y/noStaticElementInteractions: the stops in it have the focus. */}
      <div ref={box} className={styles.people} onKeyDown={boxKeys} onFocus={onFocus}>
        <LongList
          label={t.create.search}
          items={found}
          keyOf={idOf}
          box={box}
          rowHeight={ROW_HEIGHT}
          scroller={scroller}
        >
          {(person) => (
            <PersonChoice
              person={person}
              chosen={chosen.some((other) => other.id === person.id)}
              toggle={() => toggle(person)}
            />
          )}
        </LongList>
      </div>
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
