/** Answers to media queries that follow the window. */

import { useCallback, useSyncExternalStore } from "react";

/** Whether the window is as narrow as a phone: one pane instead of two. */
export function usePhone(): boolean {
  return useMedia("(max-width: 719px)");
}

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = listOf(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => listOf(query).matches);
}

/** One for each query: to make one costs a browser more than to ask it, and each drawing asks. */
function listOf(query: string): MediaQueryList {
  const list = lists.get(query) ?? window.matchMedia(query);
  lists.set(query, list);
  return list;
}

const lists = new Map<string, MediaQueryList>();
