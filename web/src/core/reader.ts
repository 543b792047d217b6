/** The conversation that is open: which, where its "new messages" line is, and paging back in it. */

import type { History } from "./cache/history";
import type { Chat, Thread } from "./chat";
import type { Clock } from "./environment";
import type { OpenConversation } from "./model";
import type { ConversationId, Message, PersonalMark } from "./protocol";
import { oldestNumber } from "./timeline";
import { OwnTyping } from "./typing";
import { firstUnread } from "./views";

/** A page of messages, oldest first, and what one keeps about them. */
export type HistoryPage = { messages: readonly Message[]; marks: readonly PersonalMark[] };

/** What the reader needs of the app. */
export type ReaderOwner = {
  clock: Clock;
  chat: Chat;
  online: () => boolean;
  /** What is kept on this device. */
  kept: Pick<History, "oldest" | "page">;
  /** Reads the messages before a number, or the latest ones. */
  history: (
    conversation: ConversationId,
    before: number | null,
    limit: number,
  ) => Promise<HistoryPage>;
  tellTyping: (conversation: ConversationId, active: boolean) => void;
  onChange: () => void;
};

/** One open conversation; opening another makes another of these. */
export class Reader {
  readonly typing: OwnTyping;
  #firstUnread: number | null | undefined;
  #paging: "idle" | "loading" | "failed" = "idle";

  constructor(
    readonly conversation: ConversationId,
    private readonly owner: ReaderOwner,
  ) {
    this.typing = new OwnTyping(owner.clock, (active) => owner.tellTyping(conversation, active));
  }

  /** The first message that was unread when this was opened. */
  get firstUnreadNumber(): number | null {
    const thread = this.owner.chat.threads.get(this.conversation);
    if (this.#firstUnread === undefined && thread !== undefined) {
      this.#firstUnread = firstUnread(this.owner.chat, thread);
    }
    return this.#firstUnread ?? null;
  }

  get history(): OpenConversation["history"] {
    if (this.#paging === "loading") return "loading";
    if (this.#complete()) return "complete";
    return this.#paging === "failed" ? "failed" : "more";
  }

  /** Reads an older page; undefined when that is not possible now. */
  get loadOlder(): (() => void) | undefined {
    if (this.#paging === "loading" || this.#complete()) return undefined;
    if (!this.owner.online() && !this.#isKept()) return undefined;
    return this.#loadPage;
  }

  /** Reads the first screenful from this device, when it has one; else there is nothing to wait for. */
  start(): Promise<void> | null {
    return this.#held().length < this.#wanted() && this.#isKept() ? this.#load(PAGE) : null;
  }

  /** Sees to it that there is a screenful to begin with, and what was not read yet. */
  fill(): void {
    if (this.#held().length < this.#wanted()) this.loadOlder?.();
  }

  /** Reads back until a message is held; false when it cannot be reached. */
  async goTo(number: number): Promise<boolean> {
    for (;;) {
      const thread = this.owner.chat.threads.get(this.conversation);
      const oldest = thread && oldestNumber(thread.timeline);
      if (oldest == null) return false;
      if (oldest <= number) return number <= this.owner.chat.messageCount(thread as Thread);
      await this.#load(LONG_PAGE);
      const after = this.owner.chat.threads.get(this.conversation);
      // No further than before: the network is gone, or somebody else pages.
      if (after === undefined || oldestNumber(after.timeline) === oldest) return false;
    }
  }

  readonly #loadPage = (): void => {
    void this.#load(PAGE);
  };

  readonly #load = async (atMost: number): Promise<void> => {
    const { owner, conversation } = this;
    const thread = owner.chat.threads.get(conversation);
    if (thread === undefined || this.loadOlder === undefined) return;
    this.#paging = "loading";
    owner.onChange();
    const before = oldestNumber(thread.timeline);
    const limit = Math.max(atMost, this.#wanted() - thread.timeline.messages.length);
    try {
      let page: HistoryPage = {
        messages: before === null ? [] : await owner.kept.page(conversation, before, limit),
        marks: [],
      };
      if (page.messages.length === 0) page = await owner.history(conversation, before, atMost);
      this.#paging = "idle";
      owner.chat.onHistory(conversation, page.messages, page.marks);
      if (page.messages.length > 0) this.fill();
    } catch {
      this.#paging = "failed";
      owner.onChange();
    }
  };

  #held(): readonly Message[] {
    return this.owner.chat.threads.get(this.conversation)?.timeline.messages ?? [];
  }

  /** How many messages there should be before somebody scrolls. */
  #wanted(): number {
    const { chat } = this.owner;
    const thread = chat.threads.get(this.conversation);
    const first = thread === undefined ? null : firstUnread(chat, thread);
    if (thread === undefined || first === null) return PAGE;
    const wanted = chat.messageCount(thread) - first + 1 + ABOVE_UNREAD;
    return Math.min(MAX_AT_ONCE, Math.max(PAGE, wanted));
  }

  /** Whether this device has older messages than the timeline. */
  #isKept(): boolean {
    const kept = this.owner.kept.oldest(this.conversation);
    const oldest = this.#held()[0]?.number;
    return kept !== null && oldest !== undefined && kept < oldest;
  }

  #complete(): boolean {
    const { chat } = this.owner;
    const thread = chat.threads.get(this.conversation);
    if (thread === undefined) return false;
    const oldest = oldestNumber(thread.timeline);
    const { newcomers = [] } = thread.conversation;
    // Whoever came as a guest reads nothing of before.
    const since = newcomers.find(({ person }) => person === chat.me.id)?.since_number ?? 0;
    return oldest === null ? chat.messageCount(thread) <= since : oldest <= since + 1;
  }
}

/** Messages in a page of history: more than fit on a screen. */
const PAGE = 50;

/** Messages above the first unread one, so that it is seen what it answers. */
const ABOVE_UNREAD = 20;

/** Messages that are read without being asked for, however many are unread. */
const MAX_AT_ONCE = 500;

/** Messages in a page on the way back to one that was asked for: as many as the server gives. */
const LONG_PAGE = 100;
