/** What a tab remembers of its call over a reload. */

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
};

export function rememberCall(tab: KeyValue, memory: CallMemory): void {
  tab.setItem(KEY, JSON.stringify(memory));
}

export function forgetCall(tab: KeyValue): void {
  tab.removeItem(KEY);
}

function recallCall(tab: KeyValue): CallMemory | null {
  try {
    return JSON.parse(tab.getItem(KEY) ?? "null") as CallMemory | null;
  } catch {
    return null;
  }
}

/** The call of this tab before it was loaded again, if it still goes on. */
export function remembered(tab: KeyValue, chat: Chat): Remembered | null {
  const memory = recallCall(tab);
  if (memory === null) return null;
  for (const { conversation } of chat.threads.values()) {
    const call = chat.liveCall(conversation.id);
    if (call?.id === memory.call && memory.person === chat.me.id) return { ...memory, live: call };
  }
  forgetCall(tab);
  return null;
}

/** What a reloaded tab comes back to. */
export type Remembered = { call: CallId; live: Call; microphone: boolean; camera: boolean };

const KEY = "palabre.call";
