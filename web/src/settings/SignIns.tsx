/** Where one is signed in, with a way out of each. */

import { useEffect, useState } from "react";

import { readAgent } from "../core/agents";
import type { Catalogue } from "../core/i18n";
import type { Problem, ProfileActions, SignInView } from "../core/model";
import { Button } from "../ui/Button";
import { useNow } from "../ui/clock";
import { ago } from "../ui/format";
import { useLocale } from "../ui/locale";
import { Spinner } from "../ui/Spinner";
import styles from "./ProfileSheet.module.css";

export function SignIns({ profile }: { profile: ProfileActions }) {
  const { t } = useLocale();
  const [list, setList] = useState<readonly SignInView[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { signIns, endSignIn } = profile;
  useEffect(() => {
    let gone = false;
    void signIns().then((answer) => {
      if (gone) return;
      if (answer.ok) setList(answer.signIns);
      else setProblem(answer.problem);
    });
    return () => {
      gone = true;
    };
  }, [signIns]);
  const end = async (id: string): Promise<void> => {
    const outcome = await endSignIn(id);
    setProblem(outcome.ok ? null : outcome.problem);
    if (outcome.ok) setList((list ?? []).filter((one) => one.id !== id));
  };
  return (
    <section className={styles.form}>
      <h3 className={styles.heading}>{t.profile.signIns}</h3>
      {list === null && problem === null && <Spinner size={22} />}
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t.problem[problem]}
        </p>
      )}
      <ul>
        {list?.map((one) => (
          <SignIn key={one.id} signIn={one} end={() => void end(one.id)} />
        ))}
      </ul>
    </section>
  );
}

function SignIn({ signIn, end }: { signIn: SignInView; end: () => void }) {
  const { t, language } = useLocale();
  const now = useNow(MINUTE_MS);
  const { agent, since, current, online } = signIn;
  const name = nameOf(agent, t);
  return (
    <li className={styles.signIn}>
      <span className={styles.words}>
        <span>{name}</span>
        <span className={styles.detail}>
          {current ? t.profile.here : t.profile.since(ago(since, now, language))}
          {online && !current && ` · ${t.profile.online}`}
        </span>
      </span>
      {!current && (
        <Button size="small" look="warn" label={t.profile.endSignInOf(name)} onPress={end}>
          {t.settings.signOut}
        </Button>
      )}
    </li>
  );
}

function nameOf(agent: string, t: Catalogue): string {
  const { browser, system } = readAgent(agent);
  if (browser === null) return system ?? t.profile.someProgram;
  return system === null ? browser : t.profile.on(browser, system);
}

const MINUTE_MS = 60_000;
