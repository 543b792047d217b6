/** The first screen: sign in, take a demo account, or go back to an account of this browser. */

import { Eye, EyeOff } from "lucide-react";
import { type FormEvent, useState } from "react";

import type { SignedOut } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { Button, IconButton } from "../ui/Button";
import { Field } from "../ui/Field";
import { LanguageSwitch } from "../ui/LanguageSwitch";
import { useLocale } from "../ui/locale";
import { Mark } from "../ui/Mark";
import { hue, initials } from "../ui/names";
import styles from "./SignIn.module.css";

type SignInProps = {
  session: SignedOut;
};

export function SignIn({ session }: SignInProps) {
  const { t } = useLocale();
  const { accounts, demo, problem, submitting, signIn, signInDemo, cancel } = session;
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const complete = username.trim() !== "" && password !== "";

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (complete) signIn?.(username.trim(), password);
  };

  return (
    <main className={styles.page}>
      <section className={styles.card}>
        <header className={styles.head}>
          <Mark size={72} />
          <h1 className={styles.name}>{t.app.name}</h1>
          <p className={styles.tagline}>{cancel ? t.signIn.addTitle : t.signIn.tagline}</p>
        </header>

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

        <form className={styles.form} onSubmit={submit} aria-label={t.signIn.title}>
          <Field
            label={t.signIn.name}
            value={username}
            onChange={setUsername}
            autoComplete="username"
            required
          />
          <Field
            label={t.signIn.password}
            value={password}
            onChange={setPassword}
            type={shown ? "text" : "password"}
            autoComplete="current-password"
            required
            trailing={
              <IconButton
                label={t.signIn.showPassword}
                pressed={shown}
                size="small"
                onPress={() => setShown(!shown)}
              >
                {shown ? <EyeOff size={18} /> : <Eye size={18} />}
              </IconButton>
            }
          />
          <p className={styles.problem} role="alert">
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
      </section>
      <LanguageSwitch />
    </main>
  );
}
