/** The conversation that is open: which, where its "new messages" line is, and paging back in it. */

import type { Chat } from "./chat";
import type { Clock } from "./environment";
import type { OpenConversation } from "./model";
import type { ConversationId, Message } from "./protocol";
import { oldestNumber } from "./timeline";
import { OwnTyping } from "./typing";
import { unreadCount } from "./views";

/** What the reader needs of the app. */
export type ReaderOwner = {
  clock: Clock;
  chat: Chat;
  online: () => boolean;
  /** Reads the messages before a number, or the latest ones. */
  history: (
    conversation: ConversationId,
    before: number | null,
    limit: number,
  ) => Promise<readonly Message[]>;
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
      const { chat } = this.owner;
      const unread = unreadCount(chat, thread);
      this.#firstUnread = unread === 0 ? null : chat.messageCount(thread) - unread + 1;
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
    if (!this.owner.online() || this.#paging === "loading" || this.#complete()) return undefined;
    return this.#load;
  }

  /** Sees to it that there is a screenful to begin with. */
  fill(): void {
    const held = this.owner.chat.threads.get(this.conversation)?.timeline.messages.length ?? 0;
    if (held < PAGE) this.loadOlder?.();
  }

  readonly #load = async (): Promise<void> => {
    const thread = this.owner.chat.threads.get(this.conversation);
    if (thread === undefined || this.loadOlder === undefined) return;
    this.#paging = "loading";
    this.owner.onChange();
    const before = oldestNumber(thread.timeline);
    try {
      const page = await this.owner.history(this.conversation, before, PAGE);
      this.#paging = "idle";
      this.owner.chat.onHistory(this.conversation, page);
    } catch {
      this.#paging = "failed";
      this.owner.onChange();
    }
  };

  #complete(): boolean {
    const { chat } = this.owner;
    const thread = chat.threads.get(this.conversation);
    if (thread === undefined) return false;
    const oldest = oldestNumber(thread.timeline);
    return oldest === null ? chat.messageCount(thread) === 0 : oldest <= 1;
  }
}

/** Messages in a page of history: more than fit on a screen. */
const PAGE = 50;
