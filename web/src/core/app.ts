/** The whole app without its looks: stores to draw and actions to take. */

import { browserEnvironment } from "./browser";
import { forgetDrafts } from "./drafts";
import { Entrances } from "./entrance";
import type { Environment } from "./environment";
import { catalogue, direction, isLanguage, type Language, preferred } from "./i18n";
import type {
  BeepAsk,
  ConnectionState,
  ConversationList,
  CurrentCall,
  Entrance,
  GuestEntrance,
  GuestView,
  HeldCall,
  IncomingBeep,
  IncomingRing,
  JoinPreview,
  LobbyView,
  Locale,
  Notice,
  OpenConversation,
  People,
  Place,
  PushView,
  Session,
  StorageState,
} from "./model";
import { Notices } from "./notices";
import { createPreferences, type Preferences } from "./preferences";
import type { ConversationId, ParticipantId, PersonId } from "./protocol";
import { forgetDevice } from "./push";
import { SessionControl } from "./session";
import { type ReadonlyStore, Store } from "./store";
import { clearStores, emptyStores } from "./stores";
import { Workspace } from "./workspace";

/** What views get. One per page. */
export type App = {
  readonly session: ReadonlyStore<Session>;
  /** A way in besides signing in; while it is not null it goes before the session's screen. */
  readonly entrance: ReadonlyStore<Entrance | null>;
  /** The door for guests; as the entrance it goes before the session's screen. */
  readonly guestEntrance: ReadonlyStore<GuestEntrance | null>;
  /** How one stands as a guest; null for everybody else, and until that is known. */
  readonly guest: ReadonlyStore<GuestView | null>;
  /** Who waits where one may let them in. */
  readonly lobbies: ReadonlyStore<readonly LobbyView[]>;
  readonly place: ReadonlyStore<Place>;
  readonly connection: ReadonlyStore<ConnectionState>;
  readonly people: ReadonlyStore<People>;
  readonly conversations: ReadonlyStore<ConversationList>;
  /** The open conversation; null shows the list alone, or the empty pane. */
  readonly open: ReadonlyStore<OpenConversation | null>;
  /** What rings on this device now. */
  readonly rings: ReadonlyStore<readonly IncomingRing[]>;
  /** Who wants one's attention now. */
  readonly beeps: ReadonlyStore<readonly IncomingBeep[]>;
  /** Who wants to be able to beep at oneself. */
  readonly beepAsks: ReadonlyStore<readonly BeepAsk[]>;
  /** The call of this tab; null when there is none. */
  readonly call: ReadonlyStore<CurrentCall | null>;
  /** A call of this tab that is on hold; null when there is none. */
  readonly heldCall: ReadonlyStore<HeldCall | null>;
  /** A look at oneself before joining; null when there is none. */
  readonly preview: ReadonlyStore<JoinPreview | null>;
  /** How loud each participant is, 0 to 1, some ten times a second while in a call. */
  readonly levels: ReadonlyStore<ReadonlyMap<ParticipantId, number>>;
  readonly notices: ReadonlyStore<readonly Notice[]>;
  /** Whether this device notifies, and how. */
  readonly push: ReadonlyStore<PushView>;
  /** Whether this device can keep conversations for use without a network. */
  readonly storage: ReadonlyStore<StorageState>;
  readonly locale: ReadonlyStore<Locale>;
  readonly preferences: ReadonlyStore<Preferences>;

  /** Opens a conversation, or none. */
  readonly openConversation: (conversation: ConversationId | null) => void;
  /** The server's clock as well as it is known here, in ms since 1970. */
  readonly now: () => number;
  /** Lets go of sockets, devices and listeners. */
  readonly stop: () => void;
};

/** Starts the app; the snapshots fill as the server answers. */
export function createApp(environment: Environment = browserEnvironment()): App {
  const { notifier } = environment;
  const arrival = notifier.takeArrival();
  const session = new SessionControl(
    environment,
    (person) => forget(environment, person),
    arrival?.person ?? null,
  );
  const entrances = new Entrances(environment, session);
  const notices = new Notices(environment.clock);
  const stores = emptyStores();
  let workspace: Workspace | null = null;
  let current: Session = session.store.get();
  /** Counts the accounts that this page has had; an answer for an earlier one is late. */
  let turn = 0;
  // A view may ask for a conversation, as its address says, before anybody is signed in.
  let wanted: ConversationId | null = null;
  const locale = createLocale(environment);

  const follow = async (): Promise<void> => {
    const next = session.store.get();
    if (next.kind === "loading" || sameAccount(current, next)) {
      current = next.kind === "loading" ? current : next;
      return;
    }
    current = next;
    turn += 1;
    const mine = turn;
    if (workspace !== null) wanted = null;
    workspace?.stop();
    workspace = null;
    notices.clear();
    clearStores(stores);
    if (next.kind === "signed_out") void entrances.onSignedOut();
    if (next.kind !== "signed_in") return;
    const device = await environment.claimDevice();
    // The server may have confirmed the same account meanwhile, with another snapshot of it.
    if (turn !== mine) return;
    workspace = new Workspace(environment, next.me, next.slot, device, {
      stores,
      notices,
      onSignedOut: () => void session.lost(),
      signOut: () => next.signOut(),
      onUnopened: () => void session.verify(),
      language: () => locale.get().language,
    });
    workspace.openConversation(wanted);
    if (arrival?.person === next.me.id && arrival.answer !== null) workspace.answer(arrival.answer);
    void workspace.start();
  };
  const unfollow = session.store.subscribe(() => void follow());
  const cancelWake = environment.page.onWake(() => session.wake());
  const unserve = notifier.serve(
    () => (current.kind === "signed_in" ? current.me.id : null),
    ({ conversation, answer }) => {
      if (conversation !== null) open(conversation);
      if (answer !== null) workspace?.answer(answer);
    },
  );
  const open = (conversation: ConversationId | null): void => {
    wanted = conversation;
    workspace?.openConversation(conversation);
  };
  const cancelPermission = notifier.onPermission(() => workspace?.onNotifier());
  locale.subscribe(() => workspace?.onNotifier());
  environment.page.expose({
    call: async () => (await workspace?.callStats()) ?? null,
    move: () => workspace?.moveCall(),
  });
  void entrances.open();
  void session.load();

  const preferences = createPreferences(environment);
  preferences.subscribe(() => workspace?.onPreferences());
  return {
    session: session.store,
    entrance: entrances.store,
    guestEntrance: entrances.guests,
    ...stores,
    notices: notices.store,
    locale,
    preferences,
    openConversation: open,
    now: () => workspace?.now() ?? environment.clock.now(),
    stop: () => {
      unfollow();
      cancelWake();
      unserve();
      cancelPermission();
      workspace?.stop();
    },
  };
}

/** What a person's session has left on this device; what was not sent yet waits for the next one. */
function forget({ history, notifier, shared }: Environment, person: PersonId): void {
  forgetDrafts(person, shared);
  // Where nothing can be kept there is nothing to forget.
  history.forget(person).catch(() => {});
  // The server has forgotten where to push to, together with the session.
  forgetDevice(notifier, person).catch(() => {});
}

function sameAccount(one: Session, other: Session): boolean {
  return (
    one.kind === "signed_in" &&
    other.kind === "signed_in" &&
    one.slot === other.slot &&
    one.me.id === other.me.id &&
    // A guest who gets an account is somebody else to the app.
    one.me.role === other.me.role
  );
}

function createLocale({ page, shared }: Environment): Store<Locale> {
  const draw = (language: Language): Locale => {
    page.setLanguage(language, direction(language));
    return { language, direction: direction(language), t: catalogue(language), setLanguage };
  };
  const setLanguage = (language: Language): void => {
    shared.setItem(LANGUAGE_KEY, language);
    store.set(draw(language));
  };
  const stored = shared.getItem(LANGUAGE_KEY);
  const store = new Store(draw(isLanguage(stored) ? stored : preferred(page.languages)));
  return store;
}

/** Where the chosen language is kept. */
const LANGUAGE_KEY = "palabre.language";
