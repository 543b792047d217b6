/** What a tab remembers of its call over a reload. */

import type { KeyValue } from "../environment";
import type { CallId, PersonId } from "../protocol";

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

export function recallCall(tab: KeyValue): CallMemory | null {
  try {
    return JSON.parse(tab.getItem(KEY) ?? "null") as CallMemory | null;
  } catch {
    return null;
  }
}

const KEY = "palabre.call";
