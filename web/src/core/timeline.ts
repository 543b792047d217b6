/**
 * The messages of one conversation as this device holds them: always the latest ones without a
 * hole, older ones page by page.
 *
 * Every change of a conversation has the next `seq`. Whoever has applied all up to `appliedSeq` can
 * prove that nothing is missing; a change that does not follow it means that the ones between have
 * to be asked for.
 */

import type { Changes, Conversation, Message } from "./protocol";

/** What is held. Values, never changed in place. */
export type Timeline = {
  /** Ordered by number, without a hole, up to the latest. */
  messages: readonly Message[];
  /** Every change up to here is in. */
  appliedSeq: number;
  /**
   * Changes of messages older than the oldest one held, by number. A page that was read before such
   * a change, and comes after it, must not bring the former state back.
   */
  changedBefore: ReadonlyMap<number, Message>;
};

/** What became of a change. */
export type Applied =
  | { kind: "applied"; timeline: Timeline }
  /** It was known already. */
  | { kind: "stale" }
  /** Changes before it are missing: ask for all since `appliedSeq`. */
  | { kind: "hole" };

/** Starts from a snapshot, which brings the latest message only. */
export function startTimeline(conversation: Conversation): Timeline {
  return {
    messages: conversation.last_message === null ? [] : [conversation.last_message],
    appliedSeq: conversation.last_seq,
    changedBefore: NOTHING,
  };
}

/** Applies one change as it comes over the socket. */
export function applyChange(timeline: Timeline, message: Message): Applied {
  if (message.changed_seq <= timeline.appliedSeq) return { kind: "stale" };
  if (message.changed_seq > timeline.appliedSeq + 1) return { kind: "hole" };
  return {
    kind: "applied",
    timeline: merge(timeline, [message], message.changed_seq),
  };
}

/** Applies the answer to "what changed since". */
export function applyChanges(timeline: Timeline, changes: Changes): Timeline {
  if (changes.gap) {
    return {
      messages: latestRun(changes.messages),
      appliedSeq: changes.up_to_seq,
      changedBefore: NOTHING,
    };
  }
  return merge(timeline, changes.messages, Math.max(timeline.appliedSeq, changes.up_to_seq));
}

/**
 * Adds a page of older messages. One that does not end right before the oldest message held is left
 * out: it was asked for before the timeline started again.
 */
export function prependHistory(timeline: Timeline, page: readonly Message[]): Timeline {
  const oldest = oldestNumber(timeline);
  const older = oldest === null ? page : page.filter(({ number }) => number < oldest);
  const last = older.at(-1);
  if (oldest !== null && last?.number !== oldest - 1) return timeline;
  const current = older.map((message) => {
    const changed = timeline.changedBefore.get(message.number);
    return changed !== undefined && message.changed_seq < changed.changed_seq ? changed : message;
  });
  return { ...timeline, messages: [...current, ...timeline.messages] };
}

/** The number of the oldest message held; null when there is none. */
export function oldestNumber(timeline: Timeline): number | null {
  return timeline.messages[0]?.number ?? null;
}

/** The latest message held. */
export function latest(timeline: Timeline): Message | null {
  return timeline.messages.at(-1) ?? null;
}

/** The latest messages of a page without a hole in their numbers. */
function latestRun(messages: readonly Message[]): Message[] {
  const ordered = messages.toSorted((one, other) => one.number - other.number);
  const start = ordered.findLastIndex(
    ({ number }, index) => index > 0 && ordered[index - 1]?.number !== number - 1,
  );
  return ordered.slice(Math.max(start, 0));
}

/**
 * Puts changed messages at their places; those of messages older than the oldest one held wait for
 * their page.
 */
function merge(timeline: Timeline, changed: readonly Message[], appliedSeq: number): Timeline {
  const merged = [...timeline.messages];
  const early: Message[] = [];
  // By number: a new message that was changed since comes after newer ones in the order of changes.
  for (const message of changed.toSorted((one, other) => one.number - other.number)) {
    // Where nothing is held, an older message that changed is not where the latest run begins.
    const isNew = message.seq > timeline.appliedSeq;
    const first = merged[0]?.number ?? (isNew ? message.number : Number.POSITIVE_INFINITY);
    const index = message.number - first;
    if (index < 0) {
      early.push(message);
      continue;
    }
    const held = merged[index];
    if (held === undefined || held.changed_seq < message.changed_seq) merged[index] = message;
  }
  const changedBefore =
    early.length === 0 ? timeline.changedBefore : withChanges(timeline.changedBefore, early);
  return { messages: merged, appliedSeq, changedBefore };
}

function withChanges(
  held: ReadonlyMap<number, Message>,
  changed: readonly Message[],
): ReadonlyMap<number, Message> {
  return new Map([...held, ...changed.map((message) => [message.number, message] as const)]);
}

const NOTHING: ReadonlyMap<number, Message> = new Map();
