/** The keys of a field and of the long list below it: Home and End come to rows that are not drawn yet. */

import { type RefObject, useRef } from "react";

import type { LongListHandle } from "./LongList";
import { type ResultKeys, useResultKeys } from "./useResultKeys";

type LongListKeys = ResultKeys & { scroller: RefObject<LongListHandle | null> };

export function useLongListKeys<Item>(
  field: RefObject<HTMLInputElement | null>,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  /** Something else stands below the list in its box. */
  goesOn = false,
): LongListKeys {
  const scroller = useRef<LongListHandle>(null);
  const keys = useResultKeys(field, {
    jump: (to) => {
      if (to === "end" && goesOn) return undefined;
      scroller.current?.scrollToIndex(to === "end" ? items.length - 1 : 0);
      const item = items.at(to === "end" ? -1 : 0);
      return item && keyOf(item);
    },
  });
  return { ...keys, scroller };
}
