/** Oneself: status, language, and the accounts of this browser. */

import { Check, LogOut, UserPlus } from "lucide-react";
import { Radio, RadioGroup } from "react-aria-components";

import type { People, SignedInSession } from "../core/model";
import type { Status } from "../core/protocol";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { LanguageSwitch } from "../ui/LanguageSwitch";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import styles from "./Settings.module.css";

type SettingsProps = {
  session: SignedInSession;
  people: People;
  close: () => void;
};

export function Settings({ session, people, close }: SettingsProps) {
  const { t } = useLocale();
  return (
    <Sheet title={t.settings.title} closeLabel={t.settings.close} close={close}>
      <div className={styles.body}>
        {people.me !== null && (
          <header className={styles.me}>
            <Avatar person={people.me} size={64} />
            <div>
              <p className={styles.name}>{people.me.name}</p>
              <p className={styles.detail}>@{people.me.username}</p>
            </div>
          </header>
        )}
        <StatusChoice status={people.status} setStatus={people.setStatus} />
        <section className={styles.section}>
          <h3 className={styles.heading}>{t.settings.language}</h3>
          <LanguageSwitch />
        </section>
        <section className={styles.section}>
          <h3 className={styles.heading}>{t.settings.devices}</h3>
          <p className={styles.detail}>{t.settings.devicesHint}</p>
        </section>
        <Accounts session={session} />
      </div>
    </Sheet>
  );
}

type StatusChoiceProps = {
  status: Status;
  setStatus: People["setStatus"];
};

function StatusChoice({ status, setStatus }: StatusChoiceProps) {
  const { t } = useLocale();
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t.settings.status}</h3>
      <RadioGroup
        className={styles.statuses ?? ""}
        aria-label={t.settings.status}
        value={status}
        isDisabled={setStatus === undefined}
        onChange={(next) => {
          const chosen = STATUSES.find((known) => known === next);
          if (chosen !== undefined) setStatus?.(chosen);
        }}
      >
        {STATUSES.map((choice) => (
          <Radio key={choice} value={choice} className={styles.status ?? ""}>
            <span className={styles.dot} data-status={choice} aria-hidden="true" />
            <span className={styles.words}>
              <span className={styles.choice}>{t.people.status[choice]}</span>
              <span className={styles.detail}>{t.people.statusHint[choice]}</span>
            </span>
            {choice === status && <Check size={18} strokeWidth={2.8} aria-hidden="true" />}
          </Radio>
        ))}
      </RadioGroup>
      {setStatus === undefined && <p className={styles.detail}>{t.settings.offline}</p>}
    </section>
  );
}

function Accounts({ session }: { session: SignedInSession }) {
  const { t } = useLocale();
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t.settings.accounts}</h3>
      <ul>
        <li className={styles.account}>
          <span className={styles.words}>
            <span className={styles.choice}>{session.me.full_name}</span>
            <span className={styles.detail}>{t.settings.current}</span>
          </span>
          <Button onPress={session.signOut}>
            <LogOut size={17} /> {t.settings.signOut}
          </Button>
        </li>
        {session.others.map((account) => (
          <li key={account.slot} className={styles.account}>
            <Button look="plain" wide onPress={account.use}>
              {t.settings.use(account.person.full_name)}
            </Button>
          </li>
        ))}
      </ul>
      <Button wide onPress={session.addAccount}>
        <UserPlus size={18} /> {t.settings.add}
      </Button>
    </section>
  );
}

const STATUSES = ["available", "busy", "away", "invisible"] as const satisfies readonly Status[];
