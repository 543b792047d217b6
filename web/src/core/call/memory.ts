/** What a tab remembers of its calls over a reload. */

import type { Chat } from "../chat";
import type { KeyValue } from "../environment";
import type { Call, CallId, PersonId } from "../protocol";

/** Enough to come back as one was. */
export type CallMemory = {
  call: CallId;
  /** Whose: the tab may have changed hands. */
  person: PersonId;
  microphone: boolean;
  camera: boolean;
  onHold: boolean;
};

export function rememberCall(tab: KeyValue, memory: CallMemory): void {
  keep(tab, [...others(tab, memory.call), memory]);
}

export function forgetCall(tab: KeyValue, call: CallId): void {
  keep(tab, others(tab, call));
}

/** The calls of this tab before it was loaded again that still go on: one, and one on hold. */
export function remembered(tab: KeyValue, chat: Chat): Remembered[] {
  const live = [...chat.threads.values()].map(({ conversation }) => chat.liveCall(conversation.id));
  const found = recall(tab).flatMap((memory) => {
    const call = live.find((one) => one?.id === memory.call);
    return call && memory.person === chat.me.id ? [{ ...memory, live: call }] : [];
  });
  keep(
    tab,
    found.map(({ live: _, ...memory }) => memory),
  );
  return found;
}

/** What a reloaded tab comes back to. */
export type Remembered = CallMemory & { live: Call };

function others(tab: KeyValue, call: CallId): CallMemory[] {
  return recall(tab).filter((one) => one.call !== call);
}

function recall(tab: KeyValue): CallMemory[] {
  try {
    const kept: unknown = JSON.parse(tab.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? (kept as CallMemory[]) : [];
  } catch {
    return [];
  }
}

function keep(tab: KeyValue, memories: readonly CallMemory[]): void {
  if (memories.length === 0) tab.removeItem(KEY);
  else tab.setItem(KEY, JSON.stringify(memories));
}

const KEY = "palabre.calls";
