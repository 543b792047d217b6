/** Oneself: status, language, and the accounts of this browser. */

import {
  Keyboard as KeyboardIcon,
  LogOut,
  Moon,
  Pencil,
  Sun,
  SunMoon,
  UserPlus,
} from "lucide-react";
import type { ReactNode } from "react";

import { AlertSettings } from "../alerts/AlertSettings";
import type { People, PushView, SignedInSession } from "../core/model";
import { THEMES, type Theme } from "../core/preferences";
import { exportUrl } from "../core/profile";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { DownloadLink } from "../ui/DownloadLink";
import { LanguageSwitch } from "../ui/LanguageSwitch";
import { useLocale } from "../ui/locale";
import { usePreferences } from "../ui/preferences";
import { Segmented } from "../ui/Segmented";
import { Sheet } from "../ui/Sheet";
import { Switch } from "../ui/Switch";
import { Privacy } from "./Privacy";
import styles from "./Settings.module.css";
import { StatusForm } from "./StatusForm";

type SettingsProps = {
  session: SignedInSession;
  people: People;
  push: PushView;
  /** For those who run the place. */
  invite: (() => void) | undefined;
  editProfile: () => void;
  showShortcuts: () => void;
  close: () => void;
};

export function Settings({
  session,
  people,
  push,
  invite,
  editProfile,
  showShortcuts,
  close,
}: SettingsProps) {
  const { t } = useLocale();
  return (
    <Sheet title={t.settings.title} closeLabel={t.settings.close} close={close}>
      <div className={styles.body}>
        {people.me !== null && (
          <header className={styles.me}>
            <Avatar person={people.me} size={64} />
            <div className={styles.words}>
              <p className={styles.name}>{people.me.name}</p>
              <p className={styles.detail}>
                <bdi>@{people.me.username}</bdi>
              </p>
            </div>
            {people.me.role !== "guest" && (
              <Button onPress={editProfile}>
                <Pencil size={17} /> {t.profile.open}
              </Button>
            )}
          </header>
        )}
        <StatusForm status={people.status} setStatus={people.setStatus} />
        <Privacy people={people} />
        <AlertSettings push={push} />
        <Appearance />
        <section className={styles.section}>
          <h3 className={styles.heading}>{t.settings.language}</h3>
          <LanguageSwitch />
        </section>
        <Keyboard showShortcuts={showShortcuts} />
        <section className={styles.section}>
          <h3 className={styles.heading}>{t.settings.devices}</h3>
          <p className={styles.detail}>{t.settings.devicesHint}</p>
          <DataSaver />
        </section>
        {invite && (
          <section className={styles.section}>
            <h3 className={styles.heading}>{t.invite.title}</h3>
            <Button onPress={invite}>
              <UserPlus size={18} /> {t.invite.open}
            </Button>
          </section>
        )}
        <OwnData slot={session.slot} />
        <Accounts session={session} />
      </div>
    </Sheet>
  );
}

/** How the app looks in this browser. */
function Appearance() {
  const { t } = useLocale();
  const { theme, setTheme, contrast, setContrast } = usePreferences();
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t.settings.appearance}</h3>
      <Segmented
        label={t.settings.appearance}
        value={theme}
        onChange={setTheme}
        segments={THEMES.map((choice) => ({
          value: choice,
          label: t.settings.theme[choice],
          icon: THEME_ICONS[choice],
        }))}
      />
      <div className={styles.wide}>
        <Switch
          label={t.settings.contrast}
          hint={t.settings.contrastHint}
          on={contrast}
          onChange={setContrast}
        />
      </div>
    </section>
  );
}

/** For those who pay by the megabyte. */
function DataSaver() {
  const { t } = useLocale();
  const { dataSaver, setDataSaver } = usePreferences();
  return (
    <div className={styles.wide}>
      <Switch
        label={t.settings.dataSaver}
        hint={t.settings.dataSaverHint}
        on={dataSaver}
        onChange={setDataSaver}
      />
    </div>
  );
}

/** Which keys do something: WCAG 2.1.4 wants single ones to be a choice. */
function Keyboard({ showShortcuts }: { showShortcuts: () => void }) {
  const { t } = useLocale();
  const { singleKeys, setSingleKeys } = usePreferences();
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t.settings.keyboard}</h3>
      <div className={styles.wide}>
        <Switch
          label={t.settings.singleKeys}
          hint={t.settings.singleKeysHint}
          on={singleKeys}
          onChange={setSingleKeys}
        />
      </div>
      <Button onPress={showShortcuts}>
        <KeyboardIcon size={18} /> {t.shortcuts.show}
      </Button>
    </section>
  );
}

/** What there is of oneself, to take along. */
function OwnData({ slot }: { slot: number }) {
  const { t } = useLocale();
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t.settings.data}</h3>
      <p className={styles.detail}>{t.settings.exportHint}</p>
      <DownloadLink href={exportUrl(slot)}>{t.settings.export}</DownloadLink>
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

const THEME_ICONS: Record<Theme, ReactNode> = {
  system: <SunMoon size={17} aria-hidden="true" />,
  light: <Sun size={17} aria-hidden="true" />,
  dark: <Moon size={17} aria-hidden="true" />,
};
