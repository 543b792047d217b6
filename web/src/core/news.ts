/**
 * What is worth saying aloud of the chat, to who does not see it: few words, put together, and none
 * twice.
 */

import type { Cancel, Clock } from "./environment";
import type { ConversationRow, Entry, OpenConversation, PersonView } from "./model";
import type { ConversationId, PersonId } from "./protocol";

/** One piece of news. */
export type News =
  /** Somebody else wrote in the open conversation. */
  | { kind: "message"; entry: Entry }
  /** More of them at once than one can listen to, or in a conversation that is not open. */
  | { kind: "messages"; title: string; count: number }
  /** Somebody began to write in the open conversation. */
  | { kind: "typing"; people: readonly PersonView[] };

/** Compares each state of the chat with the one before, and says what is new after a short while. */
export class Newsreader {
  #unread = new Map<ConversationId, number>();
  #open: ConversationId | null = null;
  #title = "";
  #read = false;
  #lastNumber = 0;
  #loaded = false;
  #messages: Entry[] = [];
  readonly #elsewhere = new Map<ConversationId, { title: string; count: number }>();
  #typing: readonly PersonView[] = [];
  readonly #typingSaidAt = new Map<PersonId, number>();
  #cancel: Cancel | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly say: (news: readonly News[]) => void,
  ) {}

  /** Looks at the chat as it is now. */
  look(rows: readonly ConversationRow[], loaded: boolean, open: OpenConversation | null): void {
    // What was there when one came is no news.
    if (this.#loaded) this.#lookElsewhere(rows, open?.id ?? null);
    this.#unread = new Map(rows.map(({ id, unread }) => [id, unread]));
    this.#loaded = loaded;
    this.#lookAt(open);
    const waiting =
      this.#messages.length > 0 || this.#elsewhere.size > 0 || this.#typing.length > 0;
    if (waiting) this.#cancel ??= this.clock.after(GATHER_MS, () => this.#tell());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #lookElsewhere(rows: readonly ConversationRow[], open: ConversationId | null): void {
    for (const { id, title, unread } of rows) {
      const more = unread - (this.#unread.get(id) ?? 0);
      if (more <= 0 || id === open) continue;
      const before = this.#elsewhere.get(id)?.count ?? 0;
      this.#elsewhere.set(id, { title, count: before + more });
    }
  }

  #lookAt(open: OpenConversation | null): void {
    const highest = open?.entries.reduce((most, { number }) => Math.max(most, number ?? 0), 0) ?? 0;
    const id = open?.id ?? null;
    if (id !== this.#open || !this.#read) {
      this.#open = id;
      this.#title = open?.title ?? "";
      this.#lastNumber = highest;
      // Until the first page is there, what comes is history.
      this.#read = highest > 0 || open?.history === "complete";
      this.#messages = [];
      this.#typing = [];
      return;
    }
    const fresh = open?.entries.filter(
      ({ own, number }) => !own && number !== null && number > this.#lastNumber,
    );
    this.#messages.push(...(fresh ?? []));
    this.#lastNumber = Math.max(this.#lastNumber, highest);
    this.#lookAtTyping(open?.typing ?? []);
  }

  #lookAtTyping(typing: readonly PersonView[]): void {
    const now = this.clock.now();
    const began = typing.filter(
      ({ id }) => now - (this.#typingSaidAt.get(id) ?? Number.NEGATIVE_INFINITY) >= TYPING_AGAIN_MS,
    );
    for (const { id } of began) this.#typingSaidAt.set(id, now);
    if (began.length > 0) this.#typing = typing;
  }

  #tell(): void {
    this.#cancel = null;
    const messages = this.#messages;
    const wrote = new Set(messages.map(({ sender }) => sender.id));
    // Who has just been heard does not have to be announced.
    const typing = this.#typing.filter(({ id }) => !wrote.has(id));
    const news: News[] =
      messages.length > MOST_MESSAGES
        ? [{ kind: "messages", title: this.#title, count: messages.length }]
        : messages.map((entry) => ({ kind: "message", entry }));
    news.push(
      ...[...this.#elsewhere.values()].map((one) => ({ kind: "messages", ...one }) as const),
    );
    if (typing.length > 0) news.push({ kind: "typing", people: typing });
    this.#messages = [];
    this.#elsewhere.clear();
    this.#typing = [];
    if (news.length > 0) this.say(news);
  }
}

/** News of one moment are said together, in ms. */
const GATHER_MS = 1_000;

/** Who goes on writing is not announced again for so long, in ms. */
const TYPING_AGAIN_MS = 30_000;

/** More are left for reading: a screen reader would talk for minutes. */
const MOST_MESSAGES = 3;
