/** What one shows of oneself: a status, a line beside it, and when that is over. */

import { type FormEvent, useState } from "react";

import { MAX_STATUS_LENGTH, type People, type Problem, type StatusChoice } from "../core/model";
import type { Status } from "../core/protocol";
import { Button } from "../ui/Button";
import { useNow } from "../ui/clock";
import { Field } from "../ui/Field";
import { momentToCome } from "../ui/format";
import { useLocale } from "../ui/locale";
import { RadioGroup } from "../ui/RadioGroup";
import { Select } from "../ui/Select";
import { endOf, LASTING, type Lasting } from "./lasting";
import styles from "./Settings.module.css";

type StatusFormProps = {
  status: StatusChoice;
  setStatus: People["setStatus"];
};

export function StatusForm({ status, setStatus }: StatusFormProps) {
  const { t, language } = useLocale();
  const now = useNow(MINUTE_MS);
  const [typed, setTyped] = useState(status.text ?? "");
  const [lasting, setLasting] = useState<Lasting>("always");
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async (choice: StatusChoice): Promise<void> => {
    const outcome = await setStatus?.(choice);
    if (outcome !== undefined) setProblem(outcome.ok ? null : outcome.problem);
  };
  const text = typed.trim() === "" ? null : typed.trim();
  const isNew = text !== status.text || lasting !== "always";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void save({ status: status.status, text, until: endOf(lasting, now) });
    setLasting("always");
  };
  return (
    <section className={styles.section}>
      <RadioGroup<Status>
        label={t.settings.status}
        columns={2}
        value={status.status}
        onChange={setStatus && ((chosen) => void save({ ...status, status: chosen, until: null }))}
        choices={STATUSES.map((choice) => ({
          value: choice,
          label: t.people.status[choice],
          hint: t.people.statusHint[choice],
          leading: <span className={styles.dot} data-status={choice} aria-hidden="true" />,
        }))}
      />
      <form className={styles.form} onSubmit={submit}>
        <Field
          label={t.settings.statusText}
          hint={
            status.until === null
              ? t.settings.statusTextHint
              : t.settings.statusUntil(momentToCome(status.until, now, language))
          }
          value={typed}
          onChange={setStatus && setTyped}
          maxLength={MAX_STATUS_LENGTH}
        />
        <Select<Lasting>
          label={t.settings.statusLasts}
          placeholder={t.settings.lasting.always}
          options={LASTING.map((value) => ({ value, label: t.settings.lasting[value] }))}
          value={lasting}
          onChange={setStatus && setLasting}
        />
        <Button type="submit" disabled={setStatus === undefined || !isNew}>
          {t.settings.statusSave}
        </Button>
      </form>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t.problem[problem]}
        </p>
      )}
      {setStatus === undefined && <p className={styles.detail}>{t.settings.offline}</p>}
    </section>
  );
}

const STATUSES = ["available", "busy", "away", "invisible"] as const satisfies readonly Status[];

const MINUTE_MS = 60_000;
