/** Signed in: the list, the open conversation, and the call above or instead of them. */

import { useEffect, useState } from "react";

import { IncomingCalls } from "./call/IncomingCall";
import { ChatAnnouncer } from "./chat/ChatAnnouncer";
import { ConversationList } from "./chat/ConversationList";
import type { App as Core } from "./core/app";
import type { CurrentCall, SignedInSession } from "./core/model";
import styles from "./Home.module.css";
import {
  BeepCalls,
  CallBar,
  CallView,
  Conversation,
  FirstSteps,
  InviteSheet,
  JoinSheet,
  LAZY_VIEWS,
  LobbyCalls,
  NewConversation,
  Settings,
  ShortcutSheet,
} from "./lazy";
import { areFirstStepsLeft } from "./people/first-steps";
import { Button } from "./ui/Button";
import { ConnectionBanner } from "./ui/ConnectionBanner";
import { EmptyState } from "./ui/EmptyState";
import { preloadWhenIdle } from "./ui/lazyView";
import { useLocale } from "./ui/locale";
import { Notices } from "./ui/Notices";
import { SkipLink } from "./ui/SkipLink";
import { StorageBanner } from "./ui/StorageBanner";
import { usePhone } from "./ui/useMedia";
import { useRoute } from "./ui/useRoute";
import { useShortcuts } from "./ui/useShortcuts";
import { useStore } from "./useStore";

type HomeProps = {
  app: Core;
  session: SignedInSession;
};

/** What lies above the panes. */
type Sheets = "none" | "new" | "settings" | "shortcuts" | "invite";

export function Home({ app, session }: HomeProps) {
  const connection = useStore(app.connection);
  const people = useStore(app.people);
  const list = useStore(app.conversations);
  const call = useStore(app.call);
  const place = useStore(app.place);
  const lobbies = useStore(app.lobbies);
  const preview = useStore(app.preview);
  const beeps = useStore(app.beeps);
  const beepAsks = useStore(app.beepAsks);
  const [sheet, setSheet] = useState<Sheets>("none");
  const [minimised, setMinimised] = useMinimised(call);
  const closeSheet = (): void => setSheet("none");
  useEffect(() => {
    // Who is signed in opens a conversation next; the rest can wait.
    Conversation.preload();
    preloadWhenIdle(LAZY_VIEWS);
  }, []);
  useShortcuts({ help: () => setSheet("shortcuts") });

  return (
    <div className={styles.home}>
      <SkipLink />
      <ConnectionBanner connection={connection} />
      <StorageBanner storage={useStore(app.storage)} />
      {call !== null && minimised && <CallBar call={call} restore={() => setMinimised(false)} />}
      <div className={styles.content}>
        {call !== null && !minimised ? (
          <InCall app={app} call={call} minimise={() => setMinimised(true)} />
        ) : (
          <Panes
            app={app}
            // Where somebody was picked to write to, writing comes next.
            write={sheet !== "new"}
            startNew={() => setSheet("new")}
            openSettings={() => setSheet("settings")}
            invite={() => setSheet("invite")}
          />
        )}
      </div>
      {sheet === "new" && (
        <NewConversation
          people={people}
          create={list.create}
          invite={place.invite && (() => setSheet("invite"))}
          close={closeSheet}
        />
      )}
      {sheet === "invite" && <InviteSheet place={place} people={people} close={closeSheet} />}
      {sheet === "settings" && (
        <Settings
          session={session}
          people={people}
          invite={place.invite && (() => setSheet("invite"))}
          showShortcuts={() => setSheet("shortcuts")}
          close={closeSheet}
        />
      )}
      {sheet === "shortcuts" && <ShortcutSheet close={closeSheet} />}
      {preview !== null && <JoinSheet preview={preview} />}
      <ChatAnnouncer app={app} />
      <IncomingCalls rings={useStore(app.rings)} />
      {beeps.length + beepAsks.length > 0 && <BeepCalls beeps={beeps} asks={beepAsks} />}
      {lobbies.length > 0 && <LobbyCalls lobbies={lobbies} />}
      <Notices notices={useStore(app.notices)} open={app.openConversation} />
    </div>
  );
}

/** A call is large when it begins; one that ends while it is small goes without a word. */
function useMinimised(call: CurrentCall | null): [boolean, (minimised: boolean) => void] {
  const [minimised, setMinimised] = useState(false);
  const running = call !== null;
  useEffect(() => {
    if (!running) setMinimised(false);
  }, [running]);
  useEffect(() => {
    if (minimised && call?.stage.kind === "ended") call.stage.dismiss();
  }, [minimised, call]);
  return [minimised, setMinimised];
}

type PanesProps = {
  app: Core;
  /** Whether the cursor may go into the composer. */
  write: boolean;
  startNew: () => void;
  openSettings: () => void;
  invite: () => void;
};

/** The list and the conversation: side by side, or one of them on a phone. */
function Panes({ app, write, startNew, openSettings, invite }: PanesProps) {
  const { t } = useLocale();
  const phone = usePhone();
  const people = useStore(app.people);
  const list = useStore(app.conversations);
  const open = useStore(app.open);
  const place = useStore(app.place);
  const firstSteps = areFirstStepsLeft(place, people, list) && (
    <FirstSteps place={place} people={people} invite={invite} startNew={startNew} />
  );
  const back = useRoute({
    openId: open?.id ?? null,
    loaded: list.loaded,
    isKnown: (conversation) => list.rows.some((row) => row.id === conversation),
    openConversation: app.openConversation,
  });
  // A page has one main place; on a phone the list alone is it.
  const Place = phone ? "main" : "div";
  return (
    <div className={styles.panes}>
      {(!phone || open === null) && (
        <Place className={styles.list}>
          <ConversationList
            list={list}
            people={people}
            selected={open?.id ?? null}
            open={app.openConversation}
            startNew={startNew}
            openSettings={openSettings}
            empty={phone && firstSteps}
          />
        </Place>
      )}
      {open !== null && (
        <main className={styles.main}>
          <Conversation open={open} back={phone ? back : undefined} focus={write && !phone} />
        </main>
      )}
      {open === null && !phone && (
        <main className={`${styles.main} ${styles.idle}`}>
          {firstSteps || (
            <EmptyState picture="circle" title={t.list.pickTitle} text={t.list.pickText}>
              <Button look="primary" onPress={startNew}>
                {t.list.create}
              </Button>
            </EmptyState>
          )}
        </main>
      )}
    </div>
  );
}

type InCallProps = {
  app: Core;
  call: CurrentCall;
  minimise: () => void;
};

function InCall({ app, call, minimise }: InCallProps) {
  const phone = usePhone();
  // A phone has room for one of them.
  const [chat, setChat] = useState(!phone);
  const open = useStore(app.open);
  const { rows } = useStore(app.conversations);
  const row = rows.find((other) => other.id === call.conversation);
  const beside = open?.id === call.conversation ? open : null;
  const { openConversation } = app;
  useEffect(() => {
    if (chat) openConversation(call.conversation);
  }, [chat, openConversation, call.conversation]);
  return (
    <CallView
      call={call}
      minimise={minimise}
      chat={chat && beside !== null ? <Conversation open={beside} focus={!phone} embedded /> : null}
      toggleChat={() => setChat(!chat)}
      unread={row?.unread ?? 0}
    />
  );
}
