/** The whole app without its looks: stores to draw and actions to take. */

import type {
  ConnectionState,
  ConversationList,
  CurrentCall,
  IncomingRing,
  Locale,
  Notice,
  OpenConversation,
  People,
  Session,
} from "./model";
import type { ConversationId, ParticipantId } from "./protocol";
import type { ReadonlyStore } from "./store";

/** What views get. One per page. */
export type App = {
  readonly session: ReadonlyStore<Session>;
  readonly connection: ReadonlyStore<ConnectionState>;
  readonly people: ReadonlyStore<People>;
  readonly conversations: ReadonlyStore<ConversationList>;
  /** The open conversation; null shows the list alone, or the empty pane. */
  readonly open: ReadonlyStore<OpenConversation | null>;
  /** What rings on this device now. */
  readonly rings: ReadonlyStore<readonly IncomingRing[]>;
  /** The call of this tab; null when there is none. */
  readonly call: ReadonlyStore<CurrentCall | null>;
  /** How loud each participant is, 0 to 1, some ten times a second while in a call. */
  readonly levels: ReadonlyStore<ReadonlyMap<ParticipantId, number>>;
  readonly notices: ReadonlyStore<readonly Notice[]>;
  readonly locale: ReadonlyStore<Locale>;

  /** Opens a conversation, or none. */
  readonly openConversation: (conversation: ConversationId | null) => void;
  /** The server's clock as well as it is known here, in ms since 1970. */
  readonly now: () => number;
  /** Lets go of sockets, devices and listeners. */
  readonly stop: () => void;
};
