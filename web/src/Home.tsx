/** Signed in: the list, the open conversation, and the call above or instead of them. */

import { type CSSProperties, useEffect, useState } from "react";

import { AlertOffer } from "./alerts/AlertOffer";
import { IncomingCalls } from "./call/IncomingCall";
import { useCallWindow } from "./call/useCallWindow";
import { ChatAnnouncer } from "./chat/ChatAnnouncer";
import { ConversationList } from "./chat/ConversationList";
import { ListDivider } from "./chat/ListDivider";
import type { App as Core } from "./core/app";
import type { CurrentCall, SignedInSession } from "./core/model";
import { ringsSilently } from "./core/quiet";
import styles from "./Home.module.css";
import {
  BeepCalls,
  CallBar,
  CallFloat,
  CallView,
  CallWindow,
  Conversation,
  FirstSteps,
  GuestLinksSheet,
  HeldCallBar,
  InviteSheet,
  JoinSheet,
  LAZY_VIEWS,
  LobbyCalls,
  NewConversation,
  ProfileSheet,
  Settings,
  ShortcutSheet,
} from "./lazy";
import { areFirstStepsLeft } from "./people/first-steps";
import { Button } from "./ui/Button";
import { ConnectionBanner } from "./ui/ConnectionBanner";
import { Corner } from "./ui/Corner";
import { EmptyState } from "./ui/EmptyState";
import { preloadWhenIdle } from "./ui/lazyView";
import { useLocale } from "./ui/locale";
import { Notices } from "./ui/Notices";
import { usePreferences } from "./ui/preferences";
import { SkipLink } from "./ui/SkipLink";
import { StorageBanner } from "./ui/StorageBanner";
import { useMedia, usePhone } from "./ui/useMedia";
import { useRoute } from "./ui/useRoute";
import { useShortcuts } from "./ui/useShortcuts";
import { useStore } from "./useStore";

type HomeProps = {
  app: Core;
  session: SignedInSession;
};

/** What lies above the panes. */
type Sheets = "none" | "new" | "settings" | "shortcuts" | "invite" | "profile" | "guests";

export function Home({ app, session }: HomeProps) {
  const connection = useStore(app.connection);
  const people = useStore(app.people);
  const list = useStore(app.conversations);
  const call = useStore(app.call);
  const held = useStore(app.heldCall);
  const place = useStore(app.place);
  const lobbies = useStore(app.lobbies);
  const preview = useStore(app.preview);
  const beeps = useStore(app.beeps);
  const beepAsks = useStore(app.beepAsks);
  const push = useStore(app.push);
  const [sheet, setSheet] = useState<Sheets>("none");
  const [size, setSize] = useCallSize(call);
  const beside = size === "side";
  const ownWindow = useCallWindow(call !== null, () => setSize("small"));
  const restore = (): void => {
    ownWindow.close();
    setSize("full");
  };
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
      {held !== null && <HeldCallBar held={held} />}
      {call !== null && ownWindow.view !== null && (
        <>
          <CallBar call={call} restore={restore} />
          <CallWindow view={ownWindow.view} call={call} restore={restore} />
        </>
      )}
      {call !== null && size === "small" && ownWindow.view === null && (
        <CallFloat call={call} restore={restore} popOut={ownWindow.open} />
      )}
      <div className={styles.content}>
        {(call === null || size !== "full") && (
          <Panes
            app={app}
            // Where somebody was picked to write to, writing comes next.
            write={sheet !== "new"}
            startNew={() => setSheet("new")}
            openSettings={() => setSheet("settings")}
            invite={() => setSheet("invite")}
            showGuestLinks={() => setSheet("guests")}
          />
        )}
        {call !== null && size !== "small" && (
          <div className={beside ? styles.side : styles.whole}>
            <InCall
              // The chat beside it belongs to the large one.
              key={size}
              app={app}
              call={call}
              place={size}
              setSize={setSize}
              popOut={ownWindow.open}
            />
          </div>
        )}
      </div>
      {sheet === "new" && (
        <NewConversation
          people={people}
          create={list.create}
          openSaved={list.openSaved}
          invite={place.invite && (() => setSheet("invite"))}
          close={closeSheet}
        />
      )}
      {sheet === "invite" && <InviteSheet place={place} people={people} close={closeSheet} />}
      {sheet === "settings" && (
        <Settings
          session={session}
          people={people}
          push={push}
          invite={place.invite && (() => setSheet("invite"))}
          editProfile={() => setSheet("profile")}
          showShortcuts={() => setSheet("shortcuts")}
          close={closeSheet}
        />
      )}
      {sheet === "profile" && people.me !== null && (
        <ProfileSheet me={people.me} profile={people.profile} close={closeSheet} />
      )}
      {sheet === "guests" && <GuestLinks app={app} close={closeSheet} />}
      {sheet === "shortcuts" && <ShortcutSheet close={closeSheet} />}
      {preview !== null && <JoinSheet preview={preview} />}
      <ChatAnnouncer app={app} />
      <IncomingCalls
        rings={useStore(app.rings)}
        silent={ringsSilently(people.preferences, app.now())}
      />
      <Corner>
        {beeps.length + beepAsks.length > 0 && <BeepCalls beeps={beeps} asks={beepAsks} />}
        {lobbies.length > 0 && <LobbyCalls lobbies={lobbies} />}
      </Corner>
      <Notices notices={useStore(app.notices)} open={app.openConversation} />
    </div>
  );
}

/** How much of the window a call has: all, a panel beside the conversations, or a picture above them. */
type CallSize = "full" | "side" | "small";

/** A call is large when it begins; one that ends while it is not goes without a word. */
function useCallSize(call: CurrentCall | null): [CallSize, (size: CallSize) => void] {
  const [size, setSize] = useState<CallSize>("full");
  const roomy = useMedia(ROOM_FOR_THREE);
  const running = call !== null;
  useEffect(() => {
    if (!running) setSize("full");
  }, [running]);
  useEffect(() => {
    if (size !== "full" && call?.stage.kind === "ended") call.stage.dismiss();
  }, [size, call]);
  return [size === "side" && !roomy ? "small" : size, setSize];
}

type PanesProps = {
  app: Core;
  /** Whether the cursor may go into the composer. */
  write: boolean;
  startNew: () => void;
  openSettings: () => void;
  invite: () => void;
  showGuestLinks: () => void;
};

/** The list and the conversation: side by side, or one of them on a phone. */
function Panes({ app, write, startNew, openSettings, invite, showGuestLinks }: PanesProps) {
  const { t } = useLocale();
  const { listWidth } = usePreferences();
  const phone = usePhone();
  const people = useStore(app.people);
  const list = useStore(app.conversations);
  const open = useStore(app.open);
  const place = useStore(app.place);
  const push = useStore(app.push);
  const { create } = list;
  const callByLink = async (title: string): Promise<void> => {
    const outcome = await create?.([], title);
    if (outcome?.ok) showGuestLinks();
  };
  const firstSteps = areFirstStepsLeft(place, people, list) && (
    <FirstSteps
      place={place}
      people={people}
      invite={invite}
      startNew={startNew}
      callByLink={create && (() => void callByLink(t.firstSteps.firstCall))}
    />
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
    <div className={styles.panes} style={widthOf(listWidth)}>
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
            offer={list.rows.length > 0 && <AlertOffer push={push} />}
          />
        </Place>
      )}
      {!phone && <ListDivider />}
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

/** What somebody drew the list to, for its stylesheet. */
function widthOf(list: number | null): CSSProperties | undefined {
  return list === null ? undefined : ({ "--list-width": `${list}px` } as CSSProperties);
}

/** The links into the group that is open; nothing where one may make none. */
function GuestLinks({ app, close }: { app: Core; close: () => void }) {
  const hosting = useStore(app.open)?.hosting ?? null;
  return hosting && <GuestLinksSheet hosting={hosting} close={close} />;
}

type InCallProps = {
  app: Core;
  call: CurrentCall;
  place: "full" | "side";
  setSize: (size: CallSize) => void;
  popOut: (() => void) | undefined;
};

function InCall({ app, call, place, setSize, popOut }: InCallProps) {
  const phone = usePhone();
  const low = useMedia("(max-height: 520px)");
  const roomy = useMedia(ROOM_FOR_THREE);
  // A phone has room for one of them, whichever way it is held.
  const [chat, setChat] = useState(place === "full" && !phone && !low);
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
      place={place}
      move={roomy ? () => setSize(place === "full" ? "side" : "full") : undefined}
      minimise={() => setSize("small")}
      popOut={popOut}
      chat={chat && beside !== null ? <Conversation open={beside} focus={!phone} embedded /> : null}
      toggleChat={place === "full" ? () => setChat(!chat) : undefined}
      unread={row?.unread ?? 0}
    />
  );
}

/** Wide enough for the list, a conversation and a call beside each other. */
const ROOM_FOR_THREE = "(min-width: 1100px)";
