/** The bridge between the framework-free core and React. */

import { useSyncExternalStore } from "react";

import type { ReadonlyStore } from "./core/store";

/** Reads a store and renders again when it changes. */
export function useStore<State>(store: ReadonlyStore<State>): State {
  return useSyncExternalStore(store.subscribe, store.get);
}
