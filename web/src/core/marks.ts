/** Tells the server how far messages reached this device and were read: coalesced, and only upwards. */

import { problemOf } from "./connection";
import type { ConversationId } from "./protocol";

/** How far one has got in one conversation, in message numbers. */
export type Reached = { delivered: number; read: number };

/** Sends marks one after the other, each conversation's latest only. */
export class Marks {
  readonly #told = new Map<ConversationId, Reached>();
  readonly #wanted = new Map<ConversationId, Reached>();
  #sending = false;

  /** `send` rejects when the server did not take it. */
  constructor(
    private readonly send: (conversation: ConversationId, reached: Reached) => Promise<unknown>,
  ) {}

  /** What the server says it knows. */
  known(conversation: ConversationId, reached: Reached): void {
    this.#told.set(conversation, reached);
  }

  /** One has got this far. */
  reach(conversation: ConversationId, reached: Partial<Reached>): void {
    const wanted = this.#wanted.get(conversation) ?? NOWHERE;
    const read = Math.max(wanted.read, reached.read ?? 0);
    // What was read was delivered.
    const delivered = Math.max(wanted.delivered, reached.delivered ?? 0, read);
    this.#wanted.set(conversation, { delivered, read });
    void this.flush();
  }

  /** Sends what the server does not know yet; a failure waits for the next call. */
  async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    // Everything that is reached in the same turn goes as one.
    await Promise.resolve();
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const [conversation, reached] = next;
      try {
        await this.send(conversation, reached);
      } catch (error) {
        // The next welcome flushes again; what is refused for good must not hold up the rest.
        if (problemOf(error) === "unreachable") break;
      }
      this.#told.set(conversation, reached);
    }
    this.#sending = false;
  }

  #next(): [ConversationId, Reached] | null {
    for (const [conversation, wanted] of this.#wanted) {
      const told = this.#told.get(conversation) ?? NOWHERE;
      if (told.delivered < wanted.delivered || told.read < wanted.read) {
        return [conversation, wanted];
      }
    }
    return null;
  }
}

const NOWHERE: Reached = { delivered: 0, read: 0 };
