/** The end of an account: says what goes and what stays, and asks for the password. */

import { type FormEvent, useState } from "react";

import type { Problem, ProfileActions } from "../core/model";
import { PasswordField } from "../people/PasswordField";
import { Button } from "../ui/Button";
import { DownloadLink } from "../ui/DownloadLink";
import { useLocale } from "../ui/locale";
import styles from "./ProfileSheet.module.css";

type DeletionFormProps = {
  profile: Pick<ProfileActions, "deleteAccount" | "exportUrl">;
};

export function DeletionForm({ profile }: DeletionFormProps) {
  const { t } = useLocale();
  const [asked, setAsked] = useState(false);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const words = t.profile;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const outcome = await profile.deleteAccount(password);
    // Once it is done the page is signed out, and this form with it.
    if (outcome.ok) return;
    setBusy(false);
    setProblem(outcome.problem);
  };
  const said =
    problem === "wrong_credentials" ? words.wrongPassword : problem && t.problem[problem];
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <h3 className={styles.heading}>{words.deletion}</h3>
      <p className={styles.detail}>{words.deletionHint}</p>
      <DownloadLink href={profile.exportUrl}>{words.deletionExport}</DownloadLink>
      {asked ? (
        <>
          <PasswordField
            label={words.deletionPassword}
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            problem={said ?? undefined}
          />
          <Button type="submit" look="warn" busy={busy} disabled={password === ""}>
            {words.deletionConfirm}
          </Button>
        </>
      ) : (
        <Button look="warn" onPress={() => setAsked(true)}>
          {words.deletion}
        </Button>
      )}
    </form>
  );
}
