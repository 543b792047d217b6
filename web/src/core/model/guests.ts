/** Letting guests in. */

import type { ConversationId, GuestLinkId, PersonId } from "../protocol";
import type { Outcome } from "./outcome";
import type { PersonView } from "./people";
import type { LinkMade } from "./place";

/** A guest who waits, with the two answers. */
export type WaitingGuestView = {
  person: PersonId;
  /** As they call themselves. */
  name: string;
  since: number;
  admit: () => void;
  refuse: () => void;
};

/** Who waits to be let into a group. */
export type LobbyView = {
  conversation: ConversationId;
  title: string;
  waiting: readonly WaitingGuestView[];
};

/** A link for guests that is good. */
export type GuestLinkView = {
  id: GuestLinkId;
  madeBy: PersonView;
  expiresAt: number;
  uses: number;
  usesLeft: number;
  revoke: (() => Promise<Outcome>) | undefined;
};

/** Links into a group, for those who may make them. */
export type Hosting = {
  /** The latest first; null until they were loaded. */
  links: readonly GuestLinkView[] | null;
  load: (() => Promise<Outcome>) | undefined;
  make: ((wish: { uses: number; lifetimeS: number }) => Promise<LinkMade>) | undefined;
};
