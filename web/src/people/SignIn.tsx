/** The first screen: sign in, take a demo account, or go back to an account of this browser. */

import { type FormEvent, useState } from "react";

import type { SignedOut } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";
import { hue, initials } from "../ui/names";
import { Doorway } from "./Doorway";
import door from "./Doorway.module.css";
import { PasswordField } from "./PasswordField";
import styles from "./SignIn.module.css";

type SignInProps = {
  session: SignedOut;
};

export function SignIn({ session }: SignInProps) {
  const { t } = useLocale();
  const { accounts, demo, problem, submitting, signIn, signInDemo, cancel } = session;
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const complete = username.trim() !== "" && password !== "";

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (complete) signIn?.(username.trim(), password);
  };

  return (
    <Doorway title={t.app.name} text={cancel ? t.signIn.addTitle : t.signIn.tagline}>
      {demo.length > 0 && (
        <fieldset className={styles.group}>
          <legend className={styles.legend}>{t.signIn.demo}</legend>
          <div className={styles.chips}>
            {demo.map((account) => (
              <button
                key={account.username}
                type="button"
                className={styles.chip}
                disabled={signInDemo === undefined}
                onClick={() => signInDemo?.(account.username)}
              >
                <span
                  className={styles.disc}
                  style={{ background: `var(--disc-${hue(account.username)})` }}
                  aria-hidden="true"
                >
                  {initials(account.full_name)}
                </span>
                {account.full_name}
              </button>
            ))}
          </div>
        </fieldset>
      )}

      {accounts.length > 0 && (
        <fieldset className={styles.group}>
          <legend className={styles.legend}>{t.signIn.accounts}</legend>
          <div className={styles.chips}>
            {accounts.map((account) => (
              <button
                key={account.slot}
                type="button"
                className={styles.chip}
                onClick={account.use}
              >
                <Avatar
                  size={32}
                  person={{
                    id: account.person.id,
                    username: account.person.username,
                    name: account.person.full_name,
                    availability: "offline",
                    lastSeenAt: null,
                    statusText: null,
                    picture: null,
                    role: account.person.role,
                    self: false,
                  }}
                />
                {account.person.full_name}
              </button>
            ))}
          </div>
        </fieldset>
      )}

      <form className={door.form} onSubmit={submit} aria-label={t.signIn.title}>
        <Field
          label={t.signIn.name}
          value={username}
          onChange={setUsername}
          autoComplete="username"
          required
        />
        <PasswordField
          label={t.signIn.password}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
        />
        <p className={door.problem} role="alert">
          {problem !== null && t.problem[problem]}
        </p>
        <Button
          type="submit"
          look="primary"
          wide
          disabled={signIn === undefined || submitting || !complete}
        >
          {submitting ? t.signIn.submitting : t.signIn.submit}
        </Button>
        {cancel && (
          <Button look="plain" wide onPress={cancel}>
            {t.signIn.cancel}
          </Button>
        )}
      </form>
    </Doorway>
  );
}
