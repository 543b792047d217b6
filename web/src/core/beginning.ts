/** Begins conversations, or finds the one that there is. */

import type { Chat } from "./chat";
import { type Ask, problemOf } from "./connection";
import type { Outcome, Problem } from "./model";
import type { Conversation, ConversationId, PersonId, Request } from "./protocol";

/** What it needs of the app. */
export type BeginningOwner = {
  chat: Chat;
  newId: () => string;
  ask: Ask;
  open: (conversation: ConversationId) => void;
  tellProblem: (problem: Problem) => void;
};

/** Begins conversations and opens them. */
export class Beginning {
  constructor(private readonly owner: BeginningOwner) {}

  /** Without a title with one person. */
  create(members: readonly PersonId[], title: string | null): Promise<Outcome> {
    const client_id = this.owner.newId();
    return this.#begin({ type: "create_conversation", client_id, title, members: [...members] });
  }

  /** That of oneself alone. */
  openSaved(): Promise<Outcome> {
    return this.#begin({ type: "open_saved" });
  }

  /** The direct one with somebody. */
  writeTo(person: PersonId): void {
    const held = this.#directWith(person);
    if (held !== undefined) {
      this.owner.open(held.id);
      return;
    }
    void this.create([person], null).then((outcome) => {
      if (!outcome.ok) this.owner.tellProblem(outcome.problem);
    });
  }

  #directWith(person: PersonId): Conversation | undefined {
    const conversations = [...this.owner.chat.threads.values()].map((one) => one.conversation);
    return conversations.find(({ kind, members }) => kind === "direct" && members.includes(person));
  }

  async #begin(request: Request): Promise<Outcome> {
    const { ask, chat, open } = this.owner;
    try {
      const { conversation } = await ask(request, "conversation");
      chat.onConversation(conversation);
      open(conversation.id);
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }
}
