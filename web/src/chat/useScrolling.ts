/** Keeps the place in the timeline, and tells the core what has been on the screen. */

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { VirtualizerHandle } from "virtua";

import type { Entry, OpenConversation } from "../core/model";
import type { Line } from "./lines";

type Scroller = {
  box: RefObject<HTMLDivElement | null>;
  list: RefObject<VirtualizerHandle | null>;
  toEnd: () => void;
};

/** Whether it has to keep its place when older ones come, and whether its end is in sight. */
export function useScrolling(
  open: OpenConversation,
  drawn: readonly Line[],
  { box, list, toEnd }: Scroller,
) {
  const atEnd = useRef(true);
  const placed = useRef(false);
  const firstKey = useRef<string | undefined>(undefined);
  /** The highest number seen when the end was left; null while at the end. */
  const [away, setAway] = useState<number | null>(null);

  const first = open.entries[0]?.key;
  const shift = placed.current && firstKey.current !== undefined && firstKey.current !== first;
  const { loadOlder } = open;
  const markRead = useMarkRead(open);
  const highest = highestNumber(open.entries);
  const last = open.entries.at(-1);

  const look = useCallback(() => {
    const handle = list.current;
    if (handle === null || !placed.current) return;
    const line = drawn[handle.findItemIndex(handle.scrollOffset + handle.viewportSize - 1)];
    if (line?.kind === "entry" && line.entry.number !== null) markRead(line.entry.number);
    if (atEnd.current && highest > 0) markRead(highest);
  }, [drawn, highest, list, markRead]);

  const onScroll = useCallback(() => {
    const handle = list.current;
    if (handle === null || !placed.current) return;
    const left = handle.scrollSize - handle.scrollOffset - handle.viewportSize;
    atEnd.current = left < NEAR_END_PX;
    setAway((before) => (atEnd.current ? null : (before ?? highest)));
    if (handle.scrollOffset < LOAD_OLDER_PX) loadOlder?.();
    look();
  }, [highest, list, loadOlder, look]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: moves only when entries come, not when one changes.
  useLayoutEffect(() => {
    firstKey.current = first;
    if (drawn.length === 0) return;
    if (!placed.current) {
      placed.current = true;
      const fresh = drawn.findIndex((line) => line.kind === "new");
      if (fresh > 0) list.current?.scrollToIndex(fresh, { align: "start", offset: -NEW_LINE_PX });
      else toEnd();
    } else if (atEnd.current || last?.state.kind === "pending") {
      toEnd();
    }
  }, [drawn.length, first, last?.key]);

  // A growing composer or keyboard takes room from the timeline, and entries change their height, as
  // by a reaction or on their way to being stored: the end stays in view.
  useEffect(() => {
    const element = box.current;
    if (element === null || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    // The lines stand after all else.
    if (element.lastElementChild !== null) observer.observe(element.lastElementChild);
    return () => observer.disconnect();
  }, [box]);

  useEffect(() => {
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [look]);

  return { shift, away, onScroll };
}

/** Scrolls to what was asked for once it is there; returns the number to point out for a moment. */
export function useTarget(
  target: { number: number } | null,
  drawn: readonly Line[],
  list: RefObject<VirtualizerHandle | null>,
): number | null {
  const reached = useRef<{ number: number } | null>(null);
  const [lit, setLit] = useState<number | null>(null);
  useLayoutEffect(() => {
    if (target === null || reached.current === target) return;
    const index = drawn.findIndex(
      (line) => line.kind === "entry" && line.entry.number === target.number,
    );
    if (index === -1) return;
    reached.current = target;
    list.current?.scrollToIndex(index, { align: "center" });
    setLit(target.number);
  }, [target, drawn, list]);
  useEffect(() => {
    if (lit === null) return;
    const timer = setTimeout(() => setLit(null), LIT_MS);
    return () => clearTimeout(timer);
  }, [lit]);
  return lit;
}

/** Tells each number once: telling changes the snapshot, which is drawn and looked at again. */
function useMarkRead(open: OpenConversation): (number: number) => void {
  const told = useRef(0);
  const tell = useRef(open.markRead);
  useLayoutEffect(() => {
    tell.current = open.markRead;
  }, [open.markRead]);
  return useCallback((number) => {
    if (document.visibilityState !== "visible" || number <= told.current) return;
    told.current = number;
    tell.current(number);
  }, []);
}

function highestNumber(entries: readonly Entry[]): number {
  return entries.reduce((highest, entry) => Math.max(highest, entry.number ?? 0), 0);
}

/** Nearer to the end than this counts as being there: two lines of text. */
const NEAR_END_PX = 64;

/** Nearer to the beginning than this reads an older page. */
const LOAD_OLDER_PX = 400;

/** What is left visible above the "new messages" line. */
const NEW_LINE_PX = 72;

/** As long as the light of `EntryLine.module.css` takes to fade, in ms. */
const LIT_MS = 2_500;
