/** Picks people: one makes a direct conversation, several a group with a name. */

import { Bookmark } from "lucide-react";
import { type FormEvent, useState } from "react";

import {
  type ConversationList,
  MAX_TITLE_LENGTH,
  type People,
  type PersonView,
  type Problem,
} from "../core/model";
import { Button } from "../ui/Button";
import { EmptyState } from "../ui/EmptyState";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import { PeoplePicker } from "./PeoplePicker";
import styles from "./PickForm.module.css";

type NewConversationProps = {
  people: People;
  create: ConversationList["create"];
  /** Opens the conversation of oneself alone. */
  openSaved: ConversationList["openSaved"];
  /** For those who may bring people in. */
  invite: (() => void) | undefined;
  close: () => void;
};

export function NewConversation({
  people,
  create,
  openSaved,
  invite,
  close,
}: NewConversationProps) {
  const { t } = useLocale();
  const [chosen, setChosen] = useState<readonly PersonView[]>([]);
  const [title, setTitle] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const group = chosen.length > 1;
  const ready =
    create !== undefined && !busy && chosen.length > 0 && (!group || title.trim() !== "");

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

  const save = async (open: NonNullable<typeof openSaved>): Promise<void> => {
    setBusy(true);
    const outcome = await open();
    setBusy(false);
    if (outcome.ok) close();
    else setProblem(outcome.problem);
  };

  return (
    <Sheet title={t.create.title} closeLabel={t.create.cancel} close={close}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        {openSaved && chosen.length === 0 && (
          <div className={styles.saved}>
            <Button wide disabled={busy} onPress={() => void save(openSaved)}>
              <Bookmark size={18} aria-hidden="true" /> {t.create.saved}
            </Button>
          </div>
        )}
        <PeoplePicker
          people={people.others}
          chosen={chosen}
          onChange={setChosen}
          nobody={
            <EmptyState
              small
              picture="alone"
              title={t.create.alone}
              text={invite === undefined ? t.create.aloneHint : ""}
            >
              {invite !== undefined ? (
                <Button look="primary" onPress={invite}>
                  {t.invite.open}
                </Button>
              ) : undefined}
            </EmptyState>
          }
        />

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
