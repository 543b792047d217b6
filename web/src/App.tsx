/** The whole app as people see it: one screen for each state of the session. */

import { useEffect } from "react";
import { I18nProvider } from "react-aria-components";

import styles from "./App.module.css";
import type { App as Core } from "./core/app";
import { Home } from "./Home";
import { Entrance, GuestEntrance, GuestLobby } from "./lazy";
import { SignIn } from "./people/SignIn";
import { Button } from "./ui/Button";
import { ClockContext } from "./ui/clock";
import { EmptyState } from "./ui/EmptyState";
import { LocaleContext } from "./ui/locale";
import { Mark } from "./ui/Mark";
import { PreferencesContext } from "./ui/preferences";
import { AppContext } from "./useApp";
import { useStore } from "./useStore";

type AppProps = {
  app: Core;
};

export function App({ app }: AppProps) {
  const locale = useStore(app.locale);
  return (
    <LocaleContext value={locale}>
      <I18nProvider locale={locale.direction === "rtl" ? RIGHT_TO_LEFT : locale.language}>
        <ClockContext value={app.now}>
          <PreferencesContext value={useStore(app.preferences)}>
            <AppContext value={app}>
              <Screen app={app} />
            </AppContext>
          </PreferencesContext>
        </ClockContext>
      </I18nProvider>
    </LocaleContext>
  );
}

function Screen({ app }: AppProps) {
  const session = useStore(app.session);
  const entrance = useStore(app.entrance);
  const guestEntrance = useStore(app.guestEntrance);
  const guest = useStore(app.guest);
  const { t } = useStore(app.locale);
  const { unread } = useStore(app.conversations);

  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${t.app.name}` : t.app.name;
  }, [unread, t]);

  if (entrance !== null) return <Entrance entrance={entrance} />;
  if (guestEntrance !== null) return <GuestEntrance entrance={guestEntrance} />;
  if (session.kind === "signed_in" && guest !== null && guest.state !== "admitted") {
    return <GuestLobby guest={guest} />;
  }
  switch (session.kind) {
    case "loading":
      return (
        <main className={styles.splash} role="status" aria-label={t.signIn.loading}>
          <Mark size={88} />
        </main>
      );
    case "unreachable":
      return (
        <main className={styles.splash}>
          <EmptyState
            picture="unreachable"
            title={t.signIn.unreachableTitle}
            text={t.problem.unreachable}
          >
            <Button look="primary" onPress={session.retry}>
              {t.signIn.retry}
            </Button>
          </EmptyState>
        </main>
      );
    case "signed_out":
      return <SignIn session={session} />;
    case "signed_in":
      return <Home key={`${session.slot} ${session.me.id}`} app={app} session={session} />;
  }
}

/** Any language that is written so tells React Aria which way its arrow keys go. */
const RIGHT_TO_LEFT = "ar";
