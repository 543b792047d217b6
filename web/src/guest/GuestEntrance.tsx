/** Coming by a link for guests: a name, what one wants on, and one button. */

import { type FormEvent, useState } from "react";

import { SelfChoices, SelfLook } from "../call/SelfLook";
import type { GuestEntrance as GuestEntranceState } from "../core/model";
import { Button } from "../ui/Button";
import { EmptyState } from "../ui/EmptyState";
import { Field } from "../ui/Field";
import { LanguageSwitch } from "../ui/LanguageSwitch";
import { useLocale } from "../ui/locale";
import { Mark } from "../ui/Mark";
import styles from "./Guest.module.css";

type GuestEntranceProps = {
  entrance: GuestEntranceState;
};

export function GuestEntrance({ entrance }: GuestEntranceProps) {
  const { t } = useLocale();
  if (entrance.kind === "guest_gone") {
    return (
      <main className={styles.page}>
        <EmptyState picture="alone" title={t.guest.goneTitle} text={t.problem[entrance.problem]}>
          <Button look="primary" onPress={entrance.leave}>
            {t.guest.toApp}
          </Button>
        </EmptyState>
      </main>
    );
  }
  return <Door entrance={entrance} />;
}

function Door({ entrance }: { entrance: Extract<GuestEntranceState, { kind: "guest" }> }) {
  const { t } = useLocale();
  const { title, by, place, problem, submitting, look, enter, signIn } = entrance;
  const [name, setName] = useState("");
  const complete = name.trim() !== "";
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (complete) enter?.(name.trim());
  };
  return (
    <main className={styles.page}>
      <section className={styles.card}>
        <header className={styles.head}>
          <Mark size={48} />
          <h1 className={styles.title}>{t.guest.title(title)}</h1>
          <p className={styles.text}>
            {t.guest.invitedBy(by)}
            {place !== null && ` · ${place}`}
          </p>
        </header>
        <form className={styles.form} onSubmit={send} aria-label={t.guest.title(title)}>
          <Field
            label={t.guest.name}
            hint={t.guest.nameHint}
            value={name}
            onChange={setName}
            maxLength={MAX_NAME_CHARS}
            autoComplete="name"
            autoFocus
            required
            problem={problem === null ? undefined : t.problem[problem]}
          />
          {look && <SelfLook look={look} />}
          <Button type="submit" look="primary" wide disabled={enter === undefined || !complete}>
            {submitting ? t.guest.asking : t.guest.ask}
          </Button>
          {look && <SelfChoices look={look} />}
        </form>
        {signIn && (
          <Button look="plain" onPress={signIn}>
            {t.guest.haveAccount}
          </Button>
        )}
      </section>
      <LanguageSwitch />
    </main>
  );
}

/** As the server counts them. */
const MAX_NAME_CHARS = 60;
