/** The place as a whole. */

import type { InvitationId, PersonId, Role } from "../protocol";
import type { Outcome, Problem } from "./outcome";

/** A link to send, or why there is none. It is told once: the server keeps no copy to read. */
export type LinkMade = { ok: true; link: string } | { ok: false; problem: Problem };

/** An invitation that is good. */
export type InvitationView = {
  id: InvitationId;
  role: Role;
  madeBy: PersonId;
  madeAt: number;
  expiresAt: number;
  uses: number;
  usesLeft: number;
  revoke: (() => Promise<Outcome>) | undefined;
};

/** The place as a whole. What one may not do, or cannot do offline, is undefined. */
export type Place = {
  name: string | null;
  /** One's own. */
  role: Role;
  /** The latest first; null until they were loaded. */
  invitations: readonly InvitationView[] | null;
  loadInvitations: (() => Promise<Outcome>) | undefined;
  invite:
    | ((wish: { role: Role; uses: number; lifetimeS: number }) => Promise<LinkMade>)
    | undefined;
  invitableRoles: readonly Role[];
  setRole: ((person: PersonId, role: Role) => Promise<Outcome>) | undefined;
};
