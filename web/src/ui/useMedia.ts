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
      const list = window.matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
