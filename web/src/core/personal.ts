/**
 * What the person keeps for themselves about conversations and messages, the same on all of their
 * devices. Each record carries the change that made it; older ones that arrive late are ignored.
 */

import type {
  ConversationId,
  MessageId,
  PersonalChanges,
  PersonalConversation,
  PersonalMark,
} from "./protocol";

/** How the person keeps a conversation. */
export type Keep = Omit<PersonalConversation, "conversation" | "seq">;

/** The person's own things, as far as this device knows them. */
export class Personal {
  #seq: number | null = null;
  readonly #keeps = new Map<ConversationId, Keep & { seq: number }>();
  readonly #marks = new Map<MessageId, PersonalMark>();

  /** How far this device is, for `hello`; null while it knows nothing. */
  get seq(): number | null {
    return this.#seq;
  }

  keep(conversation: ConversationId): Keep {
    return this.#keeps.get(conversation) ?? NOTHING_KEPT;
  }

  /** What is kept about a message, if anything is. */
  mark(message: MessageId): PersonalMark | undefined {
    return this.#marks.get(message);
  }

  /** Takes in a welcome's part or an event. */
  apply(changes: PersonalChanges): void {
    if (changes.gap) this.#marks.clear();
    this.#seq = Math.max(this.#seq ?? 0, changes.seq);
    for (const { conversation, ...keep } of changes.conversations) {
      const held = this.#keeps.get(conversation);
      if (held === undefined || held.seq < keep.seq) this.#keeps.set(conversation, keep);
    }
    this.applyMarks(changes.marks);
  }

  /** Takes in what a page of messages brought. */
  applyMarks(marks: readonly PersonalMark[]): void {
    for (const mark of marks) {
      const held = this.#marks.get(mark.message);
      if (held === undefined || held.seq < mark.seq) this.#marks.set(mark.message, mark);
    }
  }
}

/** A conversation of which nothing is kept. */
export const NOTHING_KEPT: Keep = {
  pinned_at_ms: null,
  archived: false,
  muted_until_ms: null,
  notify: "all",
  marked_unread: false,
  draft: null,
};
