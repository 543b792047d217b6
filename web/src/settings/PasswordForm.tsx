/** Another password; it ends every other sign-in. */

import { type FormEvent, useState } from "react";

import type { Problem, ProfileActions } from "../core/model";
import { PasswordField } from "../people/PasswordField";
import { Button } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./ProfileSheet.module.css";

type PasswordFormProps = {
  /** Undefined while offline. */
  change: ProfileActions["changePassword"] | undefined;
};

export function PasswordForm({ change }: PasswordFormProps) {
  const { t } = useLocale();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [state, setState] = useState<"idle" | "busy" | "changed">("idle");
  const [problem, setProblem] = useState<Problem | null>(null);
  const wrong = problem === "wrong_credentials";
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (change === undefined) return;
    setState("busy");
    const outcome = await change(old, fresh);
    setProblem(outcome.ok ? null : outcome.problem);
    setState(outcome.ok ? "changed" : "idle");
    if (!outcome.ok) return;
    setOld("");
    setFresh("");
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <h3 className={styles.heading}>{t.profile.password}</h3>
      <p className={styles.detail}>{t.profile.passwordHint}</p>
      <PasswordField
        label={t.profile.oldPassword}
        value={old}
        onChange={setOld}
        autoComplete="current-password"
        problem={wrong ? t.profile.wrongPassword : undefined}
      />
      <PasswordField
        label={t.profile.newPassword}
        hint={t.entrance.passwordHint}
        value={fresh}
        onChange={setFresh}
        autoComplete="new-password"
        problem={problem !== null && !wrong ? t.problem[problem] : undefined}
      />
      <Button
        type="submit"
        busy={state === "busy"}
        disabled={change === undefined || old === "" || fresh === ""}
      >
        {t.profile.changePassword}
      </Button>
      <p className={styles.done} role="status">
        {state === "changed" ? t.profile.passwordChanged : ""}
      </p>
    </form>
  );
}
