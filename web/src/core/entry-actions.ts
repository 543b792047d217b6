/** What can be done with messages: asks the server, and says what came of it. */

import type { Chat, Thread } from "./chat";
import { type Ask, problemOf } from "./connection";
import type { Drafts } from "./drafts";
import { parse, unparse } from "./markup";
import type {
  Entry,
  EntryActions,
  FoundPage,
  Outcome,
  Problem,
  ReceiptTimes,
  SearchPage,
  SearchQuery,
  VersionView,
} from "./model";
import type { ConversationId, FileGroup, Message, PersonId, Request } from "./protocol";
import { heldMessage, type ViewContext, type Views } from "./views";

/** What the actions need of the app. */
export type EntryActionsOwner = {
  chat: Chat;
  views: Views;
  context: () => ViewContext;
  online: () => boolean;
  now: () => number;
  /** A name for something that is asked, so that a repeat is recognised. */
  newId: () => string;
  ask: Ask;
  /** The messages that this device keeps, of one conversation or of all. */
  kept: (conversation: ConversationId | null) => Promise<readonly Message[]>;
  quote: (message: Message) => void;
  /** Where edits are kept that were neither saved nor given up. */
  drafts: () => Pick<Drafts, "edit" | "setEdit">;
  onChange: () => void;
  tellProblem: (problem: Problem) => void;
};

/** What can be done with the messages of one signed-in person. */
export class MessageActions {
  constructor(private readonly owner: EntryActionsOwner) {}

  /** What can be done with an entry of a conversation now. */
  of(conversation: ConversationId, entry: Entry): EntryActions {
    const thread = this.owner.chat.threads.get(conversation);
    const message =
      entry.number === null ? undefined : heldMessage(this.owner.chat, conversation, entry.number);
    const listen = this.#listen(conversation, entry);
    if (thread === undefined || message === undefined) return { ...NOTHING, listen };
    const isText = message.content.kind === "text";
    const there = message.content.kind !== "deleted";
    const online = this.owner.online();
    const { id } = message;
    const change = (request: Request) => () => void this.#change(request);
    return {
      react:
        online && there
          ? (emoji) => void this.#change({ type: "react", conversation, message: id, emoji })
          : undefined,
      quote: there ? () => this.owner.quote(message) : undefined,
      edit: online && this.#mayEdit(message) ? this.#edit(thread, message) : undefined,
      deleteForAll:
        online && isText && this.#mayDelete(thread, message)
          ? change({ type: "delete_message", conversation, message: id })
          : undefined,
      deleteForMe: online
        ? () => void this.#ask({ type: "hide_message", conversation, message: id })
        : undefined,
      forward:
        online && isText ? (conversations) => this.#forward(message, conversations) : undefined,
      pin:
        online && there
          ? (pinned) =>
              void this.#change({ type: "pin_message", conversation, message: id, pinned })
          : undefined,
      star:
        online && there
          ? (starred) =>
              void this.#ask({ type: "star_message", conversation, message: id, starred })
          : undefined,
      versions: online && message.edited !== undefined ? () => this.#versions(message) : undefined,
      receipts:
        online && message.sender === this.owner.chat.me.id
          ? () => this.#receipts(message)
          : undefined,
      listen,
    };
  }

  /** The messages that are pinned in a conversation. */
  async pinned(conversation: ConversationId): Promise<FoundPage> {
    return this.#page(() => ({ type: "pinned", conversation }));
  }

  /** The messages that carry files of a kind, page by page. */
  async files(
    conversation: ConversationId,
    group: FileGroup,
    before: number | null = null,
  ): Promise<FoundPage> {
    const { chat, views } = this.owner;
    try {
      const page = await this.owner.ask(
        { type: "files", conversation, group, before_number: before, limit: PAGE },
        "messages",
      );
      chat.personal.applyMarks(page.marks);
      const shown = page.messages.filter(({ id }) => !chat.personal.mark(id)?.hidden);
      const last = page.messages.at(-1)?.number;
      return {
        ok: true,
        found: shown.map((message) => views.found(this.owner.context(), message)),
        more:
          page.more && last !== undefined ? () => this.files(conversation, group, last) : undefined,
      };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  /** One's starred messages, page by page. */
  async starred(): Promise<FoundPage> {
    return this.#page((before) => ({ type: "starred", before_seq: before, limit: PAGE }));
  }

  /** Looks for messages by their words, page by page. */
  async search(query: SearchQuery, skip = 0): Promise<SearchPage> {
    const { views } = this.owner;
    if (!this.owner.online()) {
      return this.#searchKept(query).catch(() => ({ ok: false, problem: "unreachable" }));
    }
    const { words, from, conversation, after, before, order, hasFile, hasLink } = query;
    const has = { has_file: hasFile, has_link: hasLink };
    const filter = { from, conversation, after_ms: after, before_ms: before, ...has };
    try {
      const page = await this.owner.ask(
        { type: "search", query: words, filter, order, skip, limit: PAGE },
        "found",
      );
      const context = this.owner.context();
      const hits = page.found.map(({ message, excerpt, highlights }) => ({
        ...views.found(context, message),
        excerpt,
        highlights,
      }));
      const next = skip + hits.length;
      const more = page.more ? () => this.search(query, next) : undefined;
      return { ok: true, hits, more, kept: false };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  async #searchKept(query: SearchQuery): Promise<SearchPage> {
    const { chat, views, kept } = this.owner;
    // Loaded by whoever looks for something without a network; the service worker has it.
    const { searchKept } = await import("./kept-search");
    const messages = await kept(query.conversation);
    const visible = messages.filter(({ id }) => !chat.personal.mark(id)?.hidden);
    const context = this.owner.context();
    const hits = searchKept(visible, query).map(({ message, excerpt, highlights }) => ({
      ...views.found(context, message),
      excerpt,
      highlights,
    }));
    return { ok: true, hits, more: undefined, kept: true };
  }

  /** Reads what was typed, with the members who can be named in it. */
  parse(thread: Thread, typed: string) {
    const names = new Map<string, PersonId>();
    for (const id of thread.conversation.members) {
      const person = this.owner.chat.people.get(id);
      if (person !== undefined && person.username !== "") names.set(person.username, id);
    }
    return parse(typed, (name) => names.get(name) ?? null);
  }

  #mayEdit(message: Message): boolean {
    return (
      message.content.kind === "text" &&
      message.sender === this.owner.chat.me.id &&
      this.#within(message, this.owner.chat.limits?.edit_window_ms)
    );
  }

  #mayDelete({ conversation }: Thread, message: Message): boolean {
    const { me, limits } = this.owner.chat;
    if ((conversation.admins ?? []).includes(me.id)) return true;
    return message.sender === me.id && this.#within(message, limits?.delete_window_ms);
  }

  #within({ sent_at_ms }: Message, window: number | null | undefined): boolean {
    if (window === undefined) return false;
    return window === null || this.owner.now() <= sent_at_ms + window;
  }

  #edit(thread: Thread, message: Message): EntryActions["edit"] {
    const { content, conversation, id, changed_seq } = message;
    if (content.kind !== "text") return undefined;
    return {
      typed:
        this.owner.drafts().edit(id) ??
        unparse({ text: content.text, entities: content.entities ?? [] }),
      keep: (typed) => this.owner.drafts().setEdit(id, typed),
      save: (typed) => {
        const { text, entities } = this.parse(thread, typed);
        return this.#outcome({
          type: "edit_message",
          conversation,
          message: id,
          seen_seq: changed_seq,
          text,
          entities: [...entities],
        });
      },
    };
  }

  async #forward(message: Message, to: readonly ConversationId[]): Promise<Outcome> {
    for (const conversation of to) {
      const client_id = this.owner.newId();
      const outcome = await this.#outcome({
        type: "forward_message",
        conversation,
        client_id,
        message: message.id,
      });
      if (!outcome.ok) return outcome;
    }
    return { ok: true };
  }

  async #versions(message: Message): Promise<readonly VersionView[]> {
    const { conversation, id } = message;
    const { chat, views } = this.owner;
    const { versions } = await this.owner.ask(
      { type: "versions", conversation, message: id },
      "versions",
    );
    return versions.map(({ content, written_at_ms }) => ({
      content: views.content(chat, content),
      at: written_at_ms,
    }));
  }

  async #receipts({ conversation, id }: Message): Promise<ReadonlyMap<PersonId, ReceiptTimes>> {
    const { receipts } = await this.owner.ask(
      { type: "receipts", conversation, message: id },
      "receipts",
    );
    return new Map(
      receipts.map(({ person, delivered_at_ms, read_at_ms, listened_at_ms }) => [
        person,
        {
          deliveredAt: delivered_at_ms ?? null,
          readAt: read_at_ms ?? null,
          listenedAt: listened_at_ms ?? null,
        },
      ]),
    );
  }

  #listen(conversation: ConversationId, { id, listening }: Entry): EntryActions["listen"] {
    if (id === null || listening?.of !== "theirs" || listening.done) return undefined;
    if (!this.owner.online()) return undefined;
    return () => void this.#ask({ type: "mark_listened", conversation, message: id });
  }

  /** One's calls, or those that one has missed, page by page. */
  async calls(missed: boolean, until: number | null = null): Promise<FoundPage> {
    const { views, ask } = this.owner;
    try {
      const request = { type: "call_history", until_ms: until, missed, limit: PAGE } as const;
      const page = await ask(request, "messages");
      const last = page.messages.at(-1)?.sent_at_ms;
      const context = this.owner.context();
      return {
        ok: true,
        found: page.messages.map((message) => views.found(context, message)),
        more: page.more && last !== undefined ? () => this.calls(missed, last) : undefined,
      };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  async #page(
    request: (before: number | null) => Request,
    before: number | null = null,
  ): Promise<FoundPage> {
    const { chat, views } = this.owner;
    try {
      const page = await this.owner.ask(request(before), "messages");
      chat.personal.applyMarks(page.marks);
      const last = page.marks.at(-1)?.seq;
      const context = this.owner.context();
      return {
        ok: true,
        found: page.messages.map((message) => views.found(context, message)),
        more: page.more && last !== undefined ? () => this.#page(request, last) : undefined,
      };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  async #change(request: Request): Promise<void> {
    const outcome = await this.#outcome(request);
    if (!outcome.ok) this.owner.tellProblem(outcome.problem);
  }

  async #outcome(request: Request): Promise<Outcome> {
    try {
      const { message } = await this.owner.ask(request, "message");
      this.owner.chat.onMessage(message);
      this.owner.onChange();
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  async #ask(request: Request): Promise<void> {
    try {
      await this.owner.ask(request, "done");
    } catch (error) {
      this.owner.tellProblem(problemOf(error));
    }
  }
}

/** Nothing can be done with a message that is not stored, or not held. */
const NOTHING: EntryActions = {
  react: undefined,
  quote: undefined,
  edit: undefined,
  deleteForAll: undefined,
  deleteForMe: undefined,
  forward: undefined,
  pin: undefined,
  star: undefined,
  versions: undefined,
  receipts: undefined,
  listen: undefined,
};

/** Messages in a page outside of their timelines. */
const PAGE = 30;
