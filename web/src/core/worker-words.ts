/** What pages and the service worker say to each other about notices. */

import type { CallId, ConversationId, PersonId, PushMessage } from "./protocol";

/** What a page says to the service worker. */
export type ToWorker =
  /** Show this, or take it back, as if it had been pushed. */
  { kind: "tell"; message: PushMessage };

/** What the service worker says to a page. */
export type ToPage =
  /** Whose page is it? Answered through the port that comes with it. */
  | { kind: "who" }
  /** Somebody chose a notice. */
  | { kind: "go"; conversation: ConversationId | null; answer: CallId | null };

/** What a page answers to `who`. */
export type Whose = { person: PersonId | null };
