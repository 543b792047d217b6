/**
 * What of a person's conversations is kept on the device, and how what is there is brought up to date.
 *
 * Kept is the latest run of messages without a hole, as after `appliedSeq`: the same that a timeline
 * holds, but further back or less far. Several tabs write; whoever is further wins.
 */

import type { KeptPersonal } from "../personal";
import type { Conversation, ConversationId, Marker, Message, Person, Status } from "../protocol";

/** Everything of one person but the messages. */
export type PeopleRow = {
  /** Whose. */
  owner: string;
  me: Person;
  status: Status;
  people: readonly Person[];
  /** What they keep for themselves; null while the server has not said. */
  personal: KeptPersonal | null;
};

/** One conversation. */
export type ThreadRow = {
  owner: string;
  id: ConversationId;
  /** Without call: whether one goes on is for the server to say. */
  conversation: Conversation;
  markers: readonly Marker[];
  /** Every change up to here is in the messages that are kept. */
  appliedSeq: number;
  /** The latest message, for the list. */
  last: Message | null;
  /** Number of the oldest message that is kept; null when only `last` is. */
  oldest: number | null;
  /** When it was last open, in ms since 1970; what was not for the longest time goes first. */
  usedAt: number;
};

/** What a tab knows of a conversation and wants to have kept. */
export type ThreadUpdate = {
  row: Omit<ThreadRow, "oldest" | "last">;
  /** What it holds: the latest messages without a hole, oldest first. */
  run: readonly Message[];
  /** Every message that changed after `sinceSeq`, also those before the run. */
  changed: ReadonlyMap<number, Message>;
  sinceSeq: number;
  /** What was kept before cannot be joined with this. */
  restarted: boolean;
};

/** How to bring what is kept up to date. */
export type Plan = {
  row: ThreadRow;
  /** Forget every message that is kept, before anything else. */
  clear: boolean;
  put: readonly Message[];
  /** Then forget the messages with lower numbers; null when there are none. */
  dropBelow: number | null;
};

/** Decides what to write; null when another tab has written something newer. */
export function planWrite(held: ThreadRow | undefined, update: ThreadUpdate): Plan | null {
  const { row, run, changed, restarted } = update;
  if (held !== undefined && !restarted && held.appliedSeq > row.appliedSeq) return null;
  const last = run.at(-1) ?? null;
  const floor = last === null ? 1 : Math.max(1, last.number - MAX_MESSAGES_PER_CONVERSATION + 1);
  const isJoined =
    held !== undefined &&
    held.oldest !== null &&
    !restarted &&
    update.sinceSeq <= held.appliedSeq &&
    (held.last?.number ?? 0) + 1 >= (run[0]?.number ?? Number.POSITIVE_INFINITY);
  if (!isJoined) {
    const put = run.filter(({ number }) => number >= floor);
    return {
      row: { ...row, last, oldest: put[0]?.number ?? null },
      clear: true,
      put,
      dropBelow: null,
    };
  }
  const before = held.oldest ?? 1;
  const oldest = Math.max(floor, Math.min(before, run[0]?.number ?? before));
  const latestKept = held.last?.number ?? 0;
  const put = new Map<number, Message>();
  for (const message of run) {
    const isNew = message.number < before || message.number > latestKept;
    if (isNew && message.number >= oldest) put.set(message.number, message);
  }
  for (const [number, message] of changed) if (number >= oldest) put.set(number, message);
  return {
    row: { ...row, last, oldest },
    clear: false,
    put: [...put.values()],
    dropBelow: before < oldest ? oldest : null,
  };
}

/**
 * Which conversations to forget the messages of, so that no more than `most` messages are kept: those
 * that have not been open for the longest time.
 */
export function pickEvictions(rows: Iterable<ThreadRow>, most: number): ThreadRow[] {
  const byUse = [...rows]
    .filter(({ oldest }) => oldest !== null)
    .sort((one, other) => one.usedAt - other.usedAt);
  let kept = byUse.reduce((sum, row) => sum + keptCount(row), 0);
  const evicted: ThreadRow[] = [];
  for (const row of byUse) {
    if (kept <= most) break;
    kept -= keptCount(row);
    evicted.push(row);
  }
  return evicted;
}

function keptCount({ oldest, last }: ThreadRow): number {
  return oldest === null || last === null ? 0 : last.number - oldest + 1;
}

/** Messages kept of one conversation: weeks of a busy one. */
export const MAX_MESSAGES_PER_CONVERSATION = 2_000;

/** Messages kept of one person; some 20 MB. */
export const MAX_MESSAGES = 40_000;
