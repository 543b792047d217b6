/**
 * Notices by a page that is open but hidden, where the browser cannot be reached by push; and taking
 * back by any page what was seen in it.
 */

import type { Chat } from "./chat";
import type { Notifier } from "./notifier";
import type { Call, ConversationId, Message, PushMessage, PushNotice, RingState } from "./protocol";
import type { PushDevice } from "./push-devices";
import { isQuiet, ringsSilently } from "./quiet";

/** What it needs of the app. */
export type HiddenOwner = {
  chat: Chat;
  notifier: Pick<Notifier, "tell" | "setBadge">;
  device: () => PushDevice | null;
  visible: () => boolean;
  now: () => number;
  unread: (conversation: ConversationId) => number;
};

/** Says what happens while nobody looks. */
export class HiddenNotices {
  #badge: number | null = null;

  constructor(private readonly owner: HiddenOwner) {}

  /** Shows on the app's icon how much is unread. */
  count(unread: number): void {
    if (unread === this.#badge) return;
    this.#badge = unread;
    this.owner.notifier.setBadge(unread);
  }

  onMessage(message: Message): void {
    const device = this.#speaker();
    const { chat, now, unread } = this.owner;
    if (device === null || message.sender === chat.me.id) return;
    if (isQuiet(chat.preferences, now()) || now() - message.sent_at_ms > FRESH_MS) return;
    const { conversation, number, content } = message;
    const sender = chat.people.get(message.sender)?.full_name ?? "";
    if (content.kind === "beep") {
      const why = device.previews ? (content.why ?? null) : null;
      this.#tell({ kind: "beep", conversation, number, sender, why });
      return;
    }
    const mentions = mentioned(message, chat.me.id);
    if (content.kind !== "text" || !this.#isWanted(conversation, mentions)) return;
    this.#tell({
      kind: "message",
      conversation,
      number,
      sender,
      group: this.#group(conversation),
      text: device.previews && content.text !== "" ? content.text.slice(0, MAX_PREVIEW) : null,
      carries: null,
      mentions,
      unread: unread(conversation),
    });
  }

  onCall(call: Call, before: Call | null): void {
    const { chat, now, device } = this.owner;
    if (device() === null) return;
    const [was, is] = [this.#ringIn(before), this.#ringIn(call)];
    if (was === is && before?.state.kind === call.state.kind) return;
    const { conversation, media } = call;
    const sender = chat.people.get(call.started_by)?.full_name ?? "";
    const about = { call: call.id, conversation, sender, group: this.#group(conversation), media };
    if (is === "ringing" && call.state.kind !== "ended") {
      if (this.#speaker() === null || ringsSilently(chat.preferences, now())) return;
      const ring = call.rings.find(({ person }) => person === chat.me.id);
      this.#tell({ kind: "call", ...about, until_ms: ring?.until_ms ?? now() });
    } else if (was === "ringing") {
      const missed = is === "missed" && this.#speaker() !== null;
      this.#tell(missed ? { kind: "missed", ...about } : { kind: "call_over", call: call.id });
    }
  }

  /** Something was read here or elsewhere. */
  onRead(conversation: ConversationId, up_to_number: number): void {
    if (this.owner.device() === null || up_to_number === 0) return;
    this.#tell({ kind: "read", conversation, up_to_number });
  }

  /** How notices are on, if it is for this page to give them now. */
  #speaker(): PushDevice | null {
    const device = this.owner.device();
    return device === null || device.pushed || this.owner.visible() ? null : device;
  }

  #tell(notice: PushNotice): void {
    const device = this.owner.device();
    if (device === null) return;
    const { person, language } = device;
    this.owner.notifier.tell({ person, language, notice } satisfies PushMessage);
  }

  #isWanted(conversation: ConversationId, mentions: boolean): boolean {
    const { muted_until_ms, notify } = this.owner.chat.personal.keep(conversation);
    if (muted_until_ms !== null && this.owner.now() < muted_until_ms) return false;
    return notify === "all" || (notify === "mentions" && mentions);
  }

  #group(conversation: ConversationId): string | null {
    const thread = this.owner.chat.threads.get(conversation);
    return thread?.conversation.kind === "group" ? thread.conversation.title : null;
  }

  #ringIn(call: Call | null): RingState | undefined {
    return call?.rings.find(({ person }) => person === this.owner.chat.me.id)?.state;
  }
}

function mentioned({ content }: Message, me: string): boolean {
  if (content.kind !== "text") return false;
  const styles = (content.entities ?? []).map(({ style }) => style);
  return styles.some((style) => style.kind === "mention" && style.person === me);
}

/** Older ones are history that is just being caught up with, in ms. */
const FRESH_MS = 60_000;

/** Characters of a message that a notice shows. */
const MAX_PREVIEW = 240;
