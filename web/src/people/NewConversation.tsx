/** Picks people: one makes a direct conversation, several a group with a name. */

import { Check } from "lucide-react";
import { type FormEvent, useId, useState } from "react";

import type { ConversationList, People, PersonView, Problem } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Chip } from "../ui/Chip";
import { EmptyState } from "../ui/EmptyState";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";
import { matches } from "../ui/names";
import { SearchField } from "../ui/SearchField";
import { Sheet } from "../ui/Sheet";
import styles from "./NewConversation.module.css";

type NewConversationProps = {
  people: People;
  create: ConversationList["create"];
  /** For those who may bring people in. */
  invite: (() => void) | undefined;
  close: () => void;
};

export function NewConversation({ people, create, invite, close }: NewConversationProps) {
  const { t } = useLocale();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<readonly PersonView[]>([]);
  const [title, setTitle] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const listName = useId();
  const group = chosen.length > 1;
  const found = people.others.filter((person) =>
    matches(query, `${person.name} ${person.username}`),
  );
  const ready =
    create !== undefined && !busy && chosen.length > 0 && (!group || title.trim() !== "");

  const toggle = (person: PersonView): void => {
    const rest = chosen.filter((other) => other.id !== person.id);
    setChosen(rest.length === chosen.length ? [...chosen, person] : rest);
    setQuery("");
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!ready) return;
    setBusy(true);
    const members = chosen.map((person) => person.id);
    const outcome = await create(members, group ? title.trim() : null);
    setBusy(false);
    if (outcome.ok) close();
    else setProblem(outcome.problem);
  };

  return (
    <Sheet title={t.create.title} closeLabel={t.create.cancel} close={close}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <div className={styles.top}>
          <SearchField label={t.create.search} autoFocus value={query} onChange={setQuery} />
          {chosen.length > 0 && (
            <ul className={styles.chosen} aria-label={t.create.chosen}>
              {chosen.map((person) => (
                <li key={person.id}>
                  <Chip
                    leading={<Avatar person={person} size={28} />}
                    remove={{
                      label: t.create.remove(person.name),
                      action: () => toggle(person),
                    }}
                  >
                    {person.name}
                  </Chip>
                </li>
              ))}
            </ul>
          )}
        </div>

        <p id={listName} className={styles.hidden}>
          {t.create.search}
        </p>
        <ul className={styles.people} aria-labelledby={listName}>
          {found.map((person) => (
            <li key={person.id}>
              <PersonChoice
                person={person}
                chosen={chosen.some((other) => other.id === person.id)}
                toggle={() => toggle(person)}
              />
            </li>
          ))}
        </ul>
        {found.length === 0 && (
          <EmptyState
            small
            picture={people.others.length === 0 ? "alone" : "search"}
            title={people.others.length === 0 ? t.create.alone : t.create.nobody}
            text={people.others.length === 0 && invite === undefined ? t.create.aloneHint : ""}
          >
            {people.others.length === 0 && invite !== undefined ? (
              <Button look="primary" onPress={invite}>
                {t.invite.open}
              </Button>
            ) : undefined}
          </EmptyState>
        )}

        <footer className={styles.foot}>
          {group && (
            <Field
              label={t.create.groupName}
              value={title}
              onChange={setTitle}
              maxLength={MAX_TITLE_LENGTH}
              required
            />
          )}
          {create === undefined && <p className={styles.hint}>{t.create.offline}</p>}
          {problem !== null && (
            <p className={styles.problem} role="alert">
              {t.problem[problem]}
            </p>
          )}
          <Button type="submit" look="primary" wide disabled={!ready}>
            {group ? t.create.createGroup : t.create.openDirect}
          </Button>
        </footer>
      </form>
    </Sheet>
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
    <button type="button" className={styles.person} aria-pressed={chosen} onClick={toggle}>
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

/** Longer names do not fit a phone's header; the server's own limit is higher. */
const MAX_TITLE_LENGTH = 80;
