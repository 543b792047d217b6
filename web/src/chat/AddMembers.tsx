/** Takes people into a group. */

import { type FormEvent, useState } from "react";

import type { GroupActions, PersonView, Problem } from "../core/model";
import { PeoplePicker } from "../people/PeoplePicker";
import styles from "../people/PickForm.module.css";
import { Button } from "../ui/Button";
import { EmptyState } from "../ui/EmptyState";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";

type AddMembersProps = {
  /** Those who are not in the group. */
  people: readonly PersonView[];
  add: GroupActions["add"];
  close: () => void;
};

export function AddMembers({ people, add, close }: AddMembersProps) {
  const { t } = useLocale();
  const [chosen, setChosen] = useState<readonly PersonView[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (add === undefined || chosen.length === 0) return;
    setBusy(true);
    const outcome = await add(chosen.map(({ id }) => id));
    setBusy(false);
    if (outcome.ok) close();
    else setProblem(outcome.problem);
  };
  return (
    <Sheet title={t.group.add} close={close}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <PeoplePicker
          people={people}
          chosen={chosen}
          onChange={setChosen}
          nobody={<EmptyState small picture="alone" title={t.group.everybody} text="" />}
        />
        <footer className={styles.foot}>
          <p className={styles.hint}>{add === undefined ? t.create.offline : t.group.addHint}</p>
          {problem !== null && (
            <p className={styles.problem} role="alert">
              {t.problem[problem]}
            </p>
          )}
          <Button
            type="submit"
            look="primary"
            wide
            busy={busy}
            disabled={add === undefined || chosen.length === 0}
          >
            {chosen.length === 0 ? t.group.addNobody : t.group.addChosen(chosen.length)}
          </Button>
        </footer>
      </form>
    </Sheet>
  );
}
