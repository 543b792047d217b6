/** The name of a group, which its members can change. */

import { Pencil } from "lucide-react";
import { type FormEvent, useState } from "react";

import { type GroupActions, MAX_TITLE_LENGTH, type Problem } from "../core/model";
import { Button, IconButton } from "../ui/Button";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";
import styles from "./GroupName.module.css";

type GroupNameProps = {
  title: string;
  rename: GroupActions["rename"];
};

export function GroupName({ title, rename }: GroupNameProps) {
  const { t } = useLocale();
  const [editing, setEditing] = useState(false);
  if (editing) return <Form title={title} rename={rename} close={() => setEditing(false)} />;
  return (
    <p className={styles.title}>
      {title}
      <IconButton size="small" label={t.group.rename} onPress={rename && (() => setEditing(true))}>
        <Pencil size={17} />
      </IconButton>
    </p>
  );
}

function Form({ title, rename, close }: GroupNameProps & { close: () => void }) {
  const { t } = useLocale();
  const [typed, setTyped] = useState(title);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const wanted = typed.trim();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (wanted === title) return close();
    if (rename === undefined || wanted === "") return;
    setBusy(true);
    const outcome = await rename(wanted);
    setBusy(false);
    if (outcome.ok) close();
    else setProblem(outcome.problem);
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <Field
        label={t.create.groupName}
        value={typed}
        onChange={setTyped}
        maxLength={MAX_TITLE_LENGTH}
        autoFocus
        required
      />
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t.problem[problem]}
        </p>
      )}
      <div className={styles.answers}>
        <Button look="plain" onPress={close}>
          {t.ui.cancel}
        </Button>
        <Button
          type="submit"
          look="primary"
          busy={busy}
          disabled={rename === undefined || wanted === ""}
        >
          {t.group.save}
        </Button>
      </div>
    </form>
  );
}
