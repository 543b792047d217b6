/** The place as a whole: what it is called, who runs it, and the invitations to it. */

import type { Ask } from "./connection";
import type { Environment } from "./environment";
import { linkTo } from "./links";
import type { InvitationView, LinkMade, Outcome, Place, Problem } from "./model";
import type { Invitation, Person, PersonId, Role } from "./protocol";

/** What the place needs of the app. */
export type PlaceOwner = {
  environment: Pick<Environment, "page">;
  ask: Ask;
  problemOf: (error: unknown) => Problem;
  online: () => boolean;
  onChange: () => void;
};

/** Draws the place for one person, and does what they may do about it. */
export class PlaceControl {
  #invitations: readonly Invitation[] | null = null;
  #name: string | null = null;
  #me: Person | null = null;

  constructor(private readonly owner: PlaceOwner) {}

  onWelcome(name: string | null, me: Person): void {
    this.#name = name;
    this.#me = me;
    this.owner.onChange();
  }

  onPerson(person: Person): void {
    if (person.id !== this.#me?.id) return;
    this.#me = person;
    this.owner.onChange();
  }

  draw(): Place {
    const role = this.#me?.role ?? "guest";
    const online = this.owner.online();
    const runs = online && (role === "owner" || role === "admin");
    return {
      name: this.#name,
      role,
      invitations: this.#invitations?.map((one) => this.#drawInvitation(one, runs)) ?? null,
      loadInvitations: runs ? () => this.#load() : undefined,
      invite: runs ? (wish) => this.#invite(wish) : undefined,
      invitableRoles: role === "owner" ? ["member", "admin"] : ["member"],
      setRole: online && role === "owner" ? (person, to) => this.#setRole(person, to) : undefined,
    };
  }

  #drawInvitation(invitation: Invitation, runs: boolean): InvitationView {
    return {
      id: invitation.id,
      role: invitation.role,
      madeBy: invitation.made_by,
      madeAt: invitation.made_at_ms,
      expiresAt: invitation.expires_at_ms,
      uses: invitation.uses,
      usesLeft: invitation.uses_left,
      revoke: runs ? () => this.#revoke(invitation) : undefined,
    };
  }

  #load(): Promise<Outcome> {
    return this.#outcome(async () => {
      const { invitations } = await this.owner.ask({ type: "invitations" }, "invitations");
      this.#put(invitations);
    });
  }

  async #invite(wish: { role: Role; uses: number; lifetimeS: number }): Promise<LinkMade> {
    const { role, uses, lifetimeS } = wish;
    try {
      const { invitation, code } = await this.owner.ask(
        { type: "create_invitation", role, uses, lifetime_s: lifetimeS },
        "invitation",
      );
      this.#put([invitation, ...(this.#invitations ?? [])]);
      return { ok: true, link: linkTo(this.owner.environment.page.origin, "invitation", code) };
    } catch (error) {
      return { ok: false, problem: this.owner.problemOf(error) };
    }
  }

  #revoke(invitation: Invitation): Promise<Outcome> {
    return this.#outcome(async () => {
      const request = { type: "revoke_invitation", invitation: invitation.id } as const;
      await this.owner.ask(request, "done");
      this.#put((this.#invitations ?? []).filter(({ id }) => id !== invitation.id));
    });
  }

  #setRole(person: PersonId, role: Role): Promise<Outcome> {
    return this.#outcome(() => this.owner.ask({ type: "set_role", person, role }, "done"));
  }

  #put(invitations: readonly Invitation[]): void {
    this.#invitations = invitations;
    this.owner.onChange();
  }

  async #outcome(work: () => Promise<unknown>): Promise<Outcome> {
    try {
      await work();
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: this.owner.problemOf(error) };
    }
  }
}

/** What is drawn while nobody is signed in. */
export const NO_PLACE: Place = {
  name: null,
  role: "guest",
  invitations: null,
  loadInvitations: undefined,
  invite: undefined,
  invitableRoles: ["member"],
  setRole: undefined,
};
