/** What whoever runs a new place does first: bring people in, write to them, call them. */

import { Check, MessageCirclePlus, Phone, UserPlus } from "lucide-react";
import type { ReactNode } from "react";

import type { People, Place } from "../core/model";
import { Button } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { Picture } from "../ui/Picture";
import styles from "./FirstSteps.module.css";

type FirstStepsProps = {
  place: Place;
  people: People;
  invite: () => void;
  startNew: () => void;
  /** Makes a group for a call with guests and shows its links. Undefined while offline. */
  callByLink: (() => void) | undefined;
};

export function FirstSteps({ place, people, invite, startNew, callByLink }: FirstStepsProps) {
  const { t } = useLocale();
  const someone = people.others.length > 0;
  return (
    <section className={styles.steps} aria-labelledby={HEADING}>
      <Picture kind="alone" />
      <h2 id={HEADING} className={styles.title}>
        {t.firstSteps.title(place.name ?? t.app.name)}
      </h2>
      <p className={styles.text}>{t.firstSteps.text}</p>
      <ol className={styles.list}>
        <Step
          icon={<UserPlus size={20} />}
          name={t.firstSteps.invite}
          text={t.firstSteps.inviteText}
          done={someone}
        >
          <Button look={someone ? "soft" : "primary"} onPress={place.invite && invite}>
            {t.invite.open}
          </Button>
        </Step>
        <Step
          icon={<MessageCirclePlus size={20} />}
          name={t.firstSteps.talk}
          text={someone ? t.firstSteps.talkText : t.firstSteps.talkLater}
          done={false}
        >
          {someone && (
            <Button look="primary" onPress={startNew}>
              {t.list.create}
            </Button>
          )}
        </Step>
        <Step
          icon={<Phone size={20} />}
          name={t.firstSteps.call}
          text={t.firstSteps.callText}
          done={false}
        >
          <Button onPress={callByLink}>{t.firstSteps.byLink}</Button>
        </Step>
      </ol>
    </section>
  );
}

type StepProps = {
  icon: ReactNode;
  name: string;
  text: string;
  done: boolean;
  children?: ReactNode;
};

function Step({ icon, name, text, done, children }: StepProps) {
  const { t } = useLocale();
  return (
    <li className={styles.step} data-done={done}>
      <span className={styles.sign} aria-hidden="true">
        {done ? <Check size={20} strokeWidth={2.6} /> : icon}
      </span>
      <span className={styles.words}>
        <span className={styles.name}>{name}</span>
        <span className={styles.detail}>{done ? t.firstSteps.done : text}</span>
      </span>
      {children}
    </li>
  );
}

const HEADING = "first-steps";
