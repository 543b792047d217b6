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

/** The person's own things as they are kept on a device: all changes up to `seq`. */
export type KeptPersonal = {
  seq: number;
  conversations: readonly PersonalConversation[];
  marks: readonly PersonalMark[];
  /** Nothing that was kept before is to be believed any more. */
  restarted: boolean;
};

/** The person's own things, as far as this device knows them. */
export class Personal {
  #seq: number | null = null;
  #restarted = false;
  #snapshot: KeptPersonal | null = null;
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

  /** What to keep on the device: the same object until something changes. Null while nothing is known. */
  snapshot(): KeptPersonal | null {
    if (this.#seq === null) return null;
    this.#snapshot ??= {
      seq: this.#seq,
      conversations: [...this.#keeps].map(([conversation, keep]) => ({ conversation, ...keep })),
      marks: [...this.#marks.values()],
      restarted: this.#restarted,
    };
    return this.#snapshot;
  }

  /** Starts from what the device has kept. */
  restore({ seq, conversations, marks }: KeptPersonal): void {
    this.apply({ seq, conversations: [...conversations], marks: [...marks], gap: false });
  }

  /** Takes in a welcome's part or an event. */
  apply(changes: PersonalChanges): void {
    if (changes.gap) {
      this.#marks.clear();
      this.#restarted = true;
    }
    this.#snapshot = null;
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
      if (held !== undefined && mark.seq <= held.seq) continue;
      this.#marks.set(mark.message, mark);
      this.#snapshot = null;
    }
  }
}

/**
 * What to keep when one tab has kept `held` and another one knows `known`.
 *
 * Each of them started from what was kept or from all that the server has, and has heard of every
 * change since: together they know everything up to the further one.
 */
export function mergeKept(
  held: KeptPersonal | null,
  known: KeptPersonal | null,
): KeptPersonal | null {
  if (held === null || known === null || known.restarted) return known ?? held;
  const both = new Personal();
  both.restore(held);
  both.restore(known);
  return bounded(both.snapshot() ?? known);
}

/** The marks that fit: what is hidden must not come back, the rest is only not starred. */
function bounded(kept: KeptPersonal): KeptPersonal {
  if (kept.marks.length <= MAX_KEPT_MARKS) return kept;
  const marks = [...kept.marks].sort(
    (one, other) => Number(other.hidden) - Number(one.hidden) || other.seq - one.seq,
  );
  return { ...kept, marks: marks.slice(0, MAX_KEPT_MARKS) };
}

/** Marks kept on a device; some 800 KB. */
const MAX_KEPT_MARKS = 5_000;

/** A conversation of which nothing is kept. */
export const NOTHING_KEPT: Keep = {
  pinned_at_ms: null,
  archived: false,
  muted_until_ms: null,
  notify: "all",
  marked_unread: false,
  draft: null,
};
