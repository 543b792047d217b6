/** Says what for, and beeps. */

import { BellRing } from "lucide-react";
import { type FormEvent, useState } from "react";

import { MAX_BEEP_LENGTH, type Outcome, type PersonView, type Problem } from "../core/model";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import styles from "./BeepSheet.module.css";

type BeepSheetProps = {
  other: PersonView;
  beep: (why: string) => Promise<Outcome>;
  close: () => void;
};

export function BeepSheet({ other, beep, close }: BeepSheetProps) {
  const { t } = useLocale();
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const outcome = await beep(why);
    setBusy(false);
    if (outcome.ok) close();
    else setProblem(outcome.problem);
  };
  return (
    <Sheet title={t.beep.send(other.name)} close={close}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Field
          label={t.beep.why}
          hint={t.beep.whyHint}
          value={why}
          onChange={setWhy}
          maxLength={MAX_BEEP_LENGTH}
          autoFocus
        />
        {problem !== null && (
          <p className={styles.problem} role="alert">
            {problem === "rate_limited" ? t.beep.enough : t.problem[problem]}
          </p>
        )}
        <div className={styles.answers}>
          <Button look="plain" onPress={close}>
            {t.ui.cancel}
          </Button>
          <Button type="submit" look="primary" busy={busy}>
            <BellRing size={18} aria-hidden="true" /> {t.beep.now}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
