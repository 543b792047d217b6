/** Messages that disappear: when, what is left of them, and what a conversation has decided. */

import type { Chat, Thread } from "./chat";
import { type Ask, problemOf } from "./connection";
import type { Cancel, Clock } from "./environment";
import type { Lifetime } from "./model";
import type { Message } from "./protocol";

/** When a message disappears, in ms since 1970; infinite while it stays. */
export function expiresAt(message: Message, retentionMs: number | undefined): number {
  if (message.content.kind !== "text") return Number.POSITIVE_INFINITY;
  const own = message.expires_at_ms ?? Number.POSITIVE_INFINITY;
  return Math.min(own, message.sent_at_ms + (retentionMs ?? Number.POSITIVE_INFINITY));
}

/** What is left of a message: its place among the others. */
export function remains(message: Message): Message {
  const { id, conversation, seq, changed_seq, number, sender, client_id, sent_at_ms } = message;
  const content = { kind: "expired" } as const;
  return { id, conversation, seq, changed_seq, number, sender, client_id, sent_at_ms, content };
}

/** Has the chat forget what messages said once their time is up, without waiting to be told. */
export class Lifetimes {
  #cancel: Cancel = () => {};

  constructor(
    private readonly owner: { clock: Clock; chat: Chat; now: () => number; onChange: () => void },
  ) {}

  /** Forgets what is over, and looks again when the next one is. */
  look(): void {
    const { clock, chat, now } = this.owner;
    this.#cancel();
    const next = chat.expire(now());
    if (next === null) return;
    // A device that slept has to notice soon after it wakes.
    const pause = Math.min(Math.max(next - now(), 0), MAX_PAUSE_MS);
    this.#cancel = clock.after(pause, () => this.owner.onChange());
  }

  stop(): void {
    this.#cancel();
  }
}

/** How long texts stay in a conversation, and the way to change it. */
export function lifetimeOf(
  owner: { chat: Chat; online: () => boolean; ask: Ask },
  { conversation }: Thread,
): Lifetime {
  const { id, kind, admins = [], lifetime_s } = conversation;
  const may = kind !== "group" || admins.includes(owner.chat.me.id);
  const guest = owner.chat.me.role === "guest";
  return {
    seconds: lifetime_s ?? null,
    set:
      may && !guest && owner.online()
        ? async (seconds) => {
            try {
              const chosen = seconds === null ? {} : { lifetime_s: seconds };
              const request = { type: "set_lifetime", conversation: id, ...chosen } as const;
              const reply = await owner.ask(request, "conversation");
              owner.chat.onConversation(reply.conversation);
              return { ok: true };
            } catch (error) {
              return { ok: false, problem: problemOf(error) };
            }
          }
        : undefined,
  };
}

/** How long to wait at most before looking again, in ms. */
const MAX_PAUSE_MS = 60_000;
