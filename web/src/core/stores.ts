/** What views subscribe to of one signed-in person, and what they see while nobody is. */

import type {
  BeepAsk,
  ConnectionState,
  ConversationList,
  CurrentCall,
  GuestView,
  HeldCall,
  IncomingBeep,
  IncomingRing,
  JoinPreview,
  LobbyView,
  OpenConversation,
  People,
  Place,
  PushView,
  StorageState,
} from "./model";
import { NO_OWN } from "./own";
import { NO_PLACE } from "./place";
import type { ParticipantId } from "./protocol";
import { NO_PUSH } from "./push";
import { Store } from "./store";

type WorkspaceStates = {
  connection: ConnectionState;
  place: Place;
  people: People;
  conversations: ConversationList;
  open: OpenConversation | null;
  rings: readonly IncomingRing[];
  beeps: readonly IncomingBeep[];
  beepAsks: readonly BeepAsk[];
  call: CurrentCall | null;
  heldCall: HeldCall | null;
  guest: GuestView | null;
  lobbies: readonly LobbyView[];
  preview: JoinPreview | null;
  levels: ReadonlyMap<ParticipantId, number>;
  push: PushView;
  storage: StorageState;
};

type Key = keyof WorkspaceStates;

/** The stores that a workspace fills. */
export type WorkspaceStores = { [One in Key]: Store<WorkspaceStates[One]> };

export function emptyStores(): WorkspaceStores {
  const stores = KEYS.map((key) => [key, new Store<unknown>(NOBODY[key])]);
  return Object.fromEntries(stores) as WorkspaceStores;
}

export function clearStores(stores: WorkspaceStores): void {
  const clear = <One extends Key>(key: One): void => stores[key].set(NOBODY[key]);
  for (const key of KEYS) clear(key);
}

/** What views see while nobody is signed in. */
const NOBODY: WorkspaceStates = {
  connection: { kind: "idle" },
  place: NO_PLACE,
  people: {
    me: null,
    others: [],
    byId: new Map(),
    ...NO_OWN,
    setStatus: undefined,
    setPreferences: undefined,
    profile: undefined,
    writeTo: undefined,
  },
  conversations: {
    loaded: false,
    rows: [],
    unread: 0,
    create: undefined,
    openSaved: undefined,
    search: undefined,
    readStarred: undefined,
    readCalls: undefined,
    caller: () => undefined,
  },
  open: null,
  rings: [],
  beeps: [],
  beepAsks: [],
  call: null,
  heldCall: null,
  guest: null,
  lobbies: [],
  preview: null,
  levels: new Map(),
  push: NO_PUSH,
  storage: "ok",
};

const KEYS = Object.keys(NOBODY) as Key[];
