/** Letting guests in: who waits, and the links by which they come. */

import type { Chat } from "./chat";
import { type Ask, problemOf } from "./connection";
import type { Environment } from "./environment";
import { linkTo } from "./links";
import type { GuestLinkView, Hosting, LinkMade, LobbyView, Outcome } from "./model";
import type { Notices } from "./notices";
import type { ConversationId, GuestLink, Lobby, PersonId } from "./protocol";
import type { Views } from "./views";

/** What letting guests in needs of the app. */
export type HostOwner = {
  environment: Pick<Environment, "page">;
  chat: Chat;
  views: Views;
  notices: Notices;
  ask: Ask;
  online: () => boolean;
  title: (conversation: ConversationId) => string;
  onChange: () => void;
};

/** The lobbies and links of one person who may let guests in. */
export class Host {
  readonly #lobbies = new Map<ConversationId, Lobby>();
  readonly #links = new Map<ConversationId, readonly GuestLink[]>();

  constructor(private readonly owner: HostOwner) {}

  onWelcome(lobbies: readonly Lobby[]): void {
    this.#lobbies.clear();
    for (const lobby of lobbies) this.#lobbies.set(lobby.conversation, lobby);
  }

  onLobby(lobby: Lobby): void {
    this.#lobbies.set(lobby.conversation, lobby);
    this.owner.onChange();
  }

  /** Whom one may let in now. */
  drawLobbies(): LobbyView[] {
    if (!this.owner.online()) return [];
    return [...this.#lobbies.values()]
      .filter(({ conversation, waiting }) => waiting.length > 0 && this.#hosts(conversation))
      .map(({ conversation, waiting }) => ({
        conversation,
        title: this.owner.title(conversation),
        waiting: waiting.map(({ person, name, since_ms }) => ({
          person,
          name,
          since: since_ms,
          admit: () => this.#decide("admit_guest", conversation, person),
          refuse: () => this.#decide("refuse_guest", conversation, person),
        })),
      }));
  }

  /** The links into a group; null where one may make none. */
  draw(conversation: ConversationId): Hosting | null {
    if (!this.#hosts(conversation)) return null;
    const online = this.owner.online();
    return {
      links: this.#links.get(conversation)?.map((link) => this.#drawLink(link, online)) ?? null,
      load: online ? () => this.#load(conversation) : undefined,
      make: online ? (wish) => this.#make(conversation, wish) : undefined,
    };
  }

  #hosts(id: ConversationId): boolean {
    const { chat } = this.owner;
    const conversation = chat.threads.get(id)?.conversation;
    const me = chat.me.id;
    if (conversation?.kind !== "group" || chat.me.role === "guest") return false;
    return (conversation.admins ?? []).includes(me) || chat.liveCall(id)?.started_by === me;
  }

  #drawLink(link: GuestLink, online: boolean): GuestLinkView {
    return {
      id: link.id,
      madeBy: this.owner.views.person(this.owner.chat, link.made_by),
      expiresAt: link.expires_at_ms,
      uses: link.uses,
      usesLeft: link.uses_left,
      revoke: online ? () => this.#revoke(link) : undefined,
    };
  }

  #decide(
    type: "admit_guest" | "refuse_guest",
    conversation: ConversationId,
    person: PersonId,
  ): void {
    this.owner.ask({ type, conversation, person }, "done").catch((error) => {
      const problem = problemOf(error);
      // Somebody else was quicker, or the guest has gone.
      if (problem !== "no_such_person") this.owner.notices.problem(problem);
    });
  }

  #load(conversation: ConversationId): Promise<Outcome> {
    return outcome(async () => {
      const request = { type: "guest_links", conversation } as const;
      this.#put(conversation, (await this.owner.ask(request, "guest_links")).links);
    });
  }

  async #make(
    conversation: ConversationId,
    { uses, lifetimeS }: { uses: number; lifetimeS: number },
  ): Promise<LinkMade> {
    try {
      const { link, code } = await this.owner.ask(
        { type: "create_guest_link", conversation, uses, lifetime_s: lifetimeS },
        "guest_link",
      );
      this.#put(conversation, [link, ...(this.#links.get(conversation) ?? [])]);
      return { ok: true, link: linkTo(this.owner.environment.page.origin, "guest", code) };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  #revoke({ id, conversation }: GuestLink): Promise<Outcome> {
    return outcome(async () => {
      await this.owner.ask({ type: "revoke_guest_link", conversation, link: id }, "done");
      const links = this.#links.get(conversation) ?? [];
      this.#put(
        conversation,
        links.filter((link) => link.id !== id),
      );
    });
  }

  #put(conversation: ConversationId, links: readonly GuestLink[]): void {
    this.#links.set(conversation, links);
    this.owner.onChange();
  }
}

async function outcome(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    await work();
    return { ok: true };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}
