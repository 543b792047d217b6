/** The conversation that is open: what is read of it, and what is written into it. */

import type { History } from "./cache/history";
import type { Calls } from "./call/calls";
import type { Chat, Thread } from "./chat";
import type { Ask } from "./connection";
import type { Drafts } from "./drafts";
import type { MessageActions } from "./entry-actions";
import type { Environment } from "./environment";
import { groupActions } from "./group-actions";
import type { Host } from "./hosting";
import { lifetimeOf } from "./lifetimes";
import type { OpenConversation, PickedFile } from "./model";
import type { Outbox } from "./outbox";
import type { Own } from "./own";
import type { ConversationId, Quote } from "./protocol";
import { type HistoryPage, Reader } from "./reader";
import type { ViewContext, Views } from "./views";

/** What it needs of the app. */
export type OpenedOwner = {
  environment: Pick<Environment, "clock" | "page">;
  chat: Chat;
  views: Views;
  history: History;
  drafts: Drafts;
  outbox: Outbox;
  messages: MessageActions;
  calls: Calls;
  own: Own;
  host: Host;
  online: () => boolean;
  isGuest: () => boolean;
  ask: Ask;
  markRead: (conversation: ConversationId, number: number) => void;
  onChange: () => void;
  /** Draws at once: a text field whose value comes a turn late loses its caret. */
  drawNow: () => void;
};

/** Opens one conversation after the other. */
export class Opened {
  #reader: Reader | null = null;
  /** The conversation that is shown: the reader's, once its first screenful is there. */
  #shown: Reader | null = null;

  constructor(private readonly owner: OpenedOwner) {}

  open(conversation: ConversationId | null): void {
    if (conversation === (this.#reader?.conversation ?? null)) return;
    const { environment, chat, history, drafts, online, onChange } = this.owner;
    this.#reader?.typing.stop();
    void drafts.share();
    this.#reader =
      conversation === null
        ? null
        : new Reader(conversation, {
            clock: environment.clock,
            chat,
            online,
            kept: history,
            history: (id, before, limit) => this.#readHistory(id, before, limit),
            tellTyping: (id, active) => this.#tellTyping(id, active),
            onChange,
          });
    if (conversation !== null) history.opened(conversation);
    this.show();
  }

  /** Shows the reader's conversation once its first screenful is read from this device. */
  show(): void {
    const reader = this.#reader;
    const reading = reader?.start() ?? null;
    if (reading === null) {
      this.#shown = reader;
      reader?.fill();
      this.owner.drawNow();
      return;
    }
    void reading.then(() => {
      if (this.#reader !== reader) return;
      this.#shown = reader;
      this.owner.drawNow();
    });
  }

  /** The server can be asked again. */
  onOnline(): void {
    this.#reader?.fill();
  }

  stop(): void {
    this.#reader?.typing.stop();
  }

  /** What the next message answers. */
  quote(quote: Quote | null): void {
    if (this.#reader === null) return;
    const { conversation } = this.#reader;
    const { text } = this.owner.drafts.get(conversation);
    this.owner.drafts.set(conversation, { text, quote });
    this.owner.drawNow();
  }

  draw(context: ViewContext): OpenConversation | null {
    const reader = this.#shown;
    const { chat, views, messages, calls, host, environment, markRead } = this.owner;
    const thread = reader === null ? undefined : chat.threads.get(reader.conversation);
    if (reader === null || thread === undefined) return null;
    const id = reader.conversation;
    const online = this.owner.online();
    const row = views.row(context, thread);
    const { quote } = this.owner.drafts.get(id);
    return {
      ...row,
      beeping: this.#beeping(id, row),
      entries: views.entries(context, thread),
      history: reader.history,
      loadOlder: reader.loadOlder,
      firstUnreadNumber: reader.firstUnreadNumber,
      reaches: views.reaches(chat, thread),
      send: (text, files = []) => this.#send(reader, thread, text, files),
      fileLimits: chat.limits && {
        maxBytes: chat.limits.max_file_bytes,
        maxFiles: chat.limits.max_files,
      },
      readFiles: online ? (group) => messages.files(id, group) : undefined,
      quoting: quote && views.quote(chat, id, quote),
      stopQuoting: quote === null ? undefined : () => this.quote(null),
      actions: (entry) => messages.of(id, entry),
      group: groupActions(this.owner, thread),
      hosting: host.draw(id),
      lifetime: lifetimeOf(this.owner, thread),
      pinned: thread.conversation.pinned ?? [],
      readPinned: online ? () => messages.pinned(id) : undefined,
      goTo: (number) => reader.goTo(number),
      setDraft: (text) => this.#setDraft(reader, text),
      markRead: (number) => {
        if (environment.page.visible()) markRead(id, number);
      },
      startCall: calls.starter(id),
      close: () => this.open(null),
    };
  }

  #beeping(id: ConversationId, { other }: Pick<OpenConversation, "other">) {
    const has = other !== null && other.role !== "guest" && other.role !== "deleted";
    const beepable = has && !this.owner.isGuest();
    return beepable ? this.owner.own.beeping(id, other.id) : null;
  }

  #send(reader: Reader, thread: Thread, typed: string, files: readonly PickedFile[]): void {
    const { messages, drafts, outbox, drawNow } = this.owner;
    const { text, entities } = messages.parse(thread, typed);
    if (text.trim() === "" && files.length === 0) return;
    reader.typing.stop();
    const { quote } = drafts.get(reader.conversation);
    drafts.set(reader.conversation, { text: "", quote: null });
    outbox.add(reader.conversation, text, {
      ...(entities.length > 0 && { entities }),
      ...(quote !== null && { quote }),
      ...(files.length > 0 && {
        files: files.map((file) => ({ ...file, upload: null, complete: false })),
      }),
    });
    drawNow();
  }

  #setDraft(reader: Reader, text: string): void {
    const { quote } = this.owner.drafts.get(reader.conversation);
    this.owner.drafts.set(reader.conversation, { text, quote });
    if (text.trim() === "") reader.typing.stop();
    else reader.typing.pressed();
    this.owner.drawNow();
  }

  async #readHistory(
    conversation: ConversationId,
    before: number | null,
    limit: number,
  ): Promise<HistoryPage> {
    const { messages, marks } = await this.owner.ask(
      { type: "history", conversation, before_number: before, limit },
      "history",
    );
    return { messages, marks: marks ?? [] };
  }

  #tellTyping(conversation: ConversationId, active: boolean): void {
    // Ephemeral: when it does not arrive, the next one will, or it expires.
    this.owner.ask({ type: "typing", conversation, active }, "done").catch(() => {});
  }
}
