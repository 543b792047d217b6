/** Changes that were missed on the way: asked for until nothing that was heard of is missing. */

import type { Changes, ConversationId } from "./protocol";

/** What filling holes needs of the app. */
export type HolesOwner = {
  /** How far a conversation is applied; undefined when it is not known any more. */
  appliedSeq: (conversation: ConversationId) => number | undefined;
  ask: (conversation: ConversationId, sinceSeq: number) => Promise<Changes>;
  onChanges: (changes: Changes) => void;
};

/** The holes of one connection; one question at a time for each conversation. */
export class Holes {
  readonly #open = new Map<ConversationId, Hole>();

  constructor(private readonly owner: HolesOwner) {}

  /** A new connection starts from a whole state. */
  clear(): void {
    this.#open.clear();
  }

  /** Settled once what is asked for now is there, or cannot be had; null when nothing is. */
  filled(conversation: ConversationId): Promise<void> | null {
    return this.#open.get(conversation)?.filled ?? null;
  }

  /** Changes up to `seq` were heard of. */
  fill(conversation: ConversationId, seq: number): void {
    const asked = this.#open.get(conversation);
    if (asked !== undefined) {
      asked.upTo = Math.max(asked.upTo, seq);
      return;
    }
    const hole: Hole = { upTo: seq, filled: Promise.resolve() };
    this.#open.set(conversation, hole);
    hole.filled = this.#ask(conversation, hole)
      // The next welcome brings what is missing.
      .catch(() => {})
      .finally(() => {
        if (this.#open.get(conversation) === hole) this.#open.delete(conversation);
      });
  }

  async #ask(conversation: ConversationId, hole: Hole): Promise<void> {
    for (let turn = 0; turn < MAX_QUESTIONS; turn += 1) {
      const applied = this.owner.appliedSeq(conversation);
      if (applied === undefined || hole.upTo <= applied) return;
      this.owner.onChanges(await this.owner.ask(conversation, applied));
    }
  }
}

type Hole = { upTo: number; filled: Promise<void> };

/** Answers that do not bring what was promised are not asked for for ever. */
const MAX_QUESTIONS = 5;
