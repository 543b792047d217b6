/** How one stands with somebody about beeps: whether they may, and whether one may. */

import { BellRing } from "lucide-react";
import { useState } from "react";

import type { Beeping as BeepingView, Outcome, PersonView, Problem } from "../core/model";
import { BeepSheet } from "../lazy";
import { Button } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { Switch } from "../ui/Switch";
import styles from "./Beeping.module.css";

type BeepingProps = {
  other: PersonView;
  beeping: BeepingView;
};

export function Beeping({ other, beeping }: BeepingProps) {
  const { t } = useLocale();
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (work: (() => Promise<Outcome>) | undefined): Promise<boolean> => {
    const outcome = await work?.();
    if (outcome !== undefined) setProblem(outcome.ok ? null : outcome.problem);
    return outcome?.ok ?? false;
  };
  const { give, ask, beep, received } = beeping;
  return (
    <section className={styles.beeping} aria-label={t.beep.title}>
      <Switch
        label={t.beep.may(other.name)}
        hint={t.beep.mayHint}
        on={beeping.given}
        onChange={give && ((on) => void run(() => give(on)))}
      />
      {received ? (
        <Button onPress={beep && (() => setOpen(true))}>
          <BellRing size={18} aria-hidden="true" /> {t.beep.send(other.name)}
        </Button>
      ) : (
        <Button onPress={asked ? undefined : ask && (() => void run(ask).then(setAsked))}>
          <BellRing size={18} aria-hidden="true" />
          {asked ? t.beep.asked(other.name) : t.beep.ask(other.name)}
        </Button>
      )}
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t.problem[problem]}
        </p>
      )}
      {open && beep !== undefined && (
        <BeepSheet other={other} beep={beep} close={() => setOpen(false)} />
      )}
    </section>
  );
}
