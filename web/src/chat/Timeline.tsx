/** The messages of a conversation: keeps to the end, pages back, and knows what has been read. */

import { ArrowDown } from "lucide-react";
import {
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";

import type { Entry, OpenConversation } from "../core/model";
import { ReachSheet } from "../lazy";
import { useNow } from "../ui/clock";
import { EmptyState } from "../ui/EmptyState";
import { dayLabel } from "../ui/format";
import { useLocale } from "../ui/locale";
import { useRoving } from "../ui/useRoving";
import { EntryLine } from "./EntryLine";
import { type Line, lines } from "./lines";
import { badge } from "./say";
import styles from "./Timeline.module.css";

type TimelineProps = {
  /** Mount anew for another conversation. */
  open: OpenConversation;
};

export function Timeline({ open }: TimelineProps) {
  const { t } = useLocale();
  const now = useNow(MINUTE_MS);
  const [reachOf, setReachOf] = useState<number | null>(null);
  const { entries, firstUnreadNumber } = open;
  const drawn = useMemo(() => lines(entries, firstUnreadNumber), [entries, firstUnreadNumber]);
  const list = useRef<VirtualizerHandle>(null);
  const toEnd = useCallback(() => {
    list.current?.scrollToIndex(drawn.length - 1, { align: "end" });
  }, [drawn.length]);
  const { box, onKeyDown, onFocus } = useRoving<HTMLDivElement>({
    from: "last",
    jump: (to) => {
      if (to === "end") toEnd();
      else list.current?.scrollToIndex(0);
      return entries.at(to === "end" ? -1 : 0)?.key;
    },
  });
  const { shift, away, onScroll } = useScrolling(open, drawn, { box, list, toEnd });
  const [focused, setFocused] = useState<string | null>(null);
  const focusedAt = drawn.findIndex((line) => line.key === focused);
  const below = away === null ? 0 : unseenBelow(open.entries, away);

  return (
    <div className={styles.frame}>
      <div
        ref={box}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={t.chat.messages}
        // Its entries are reached by the keyboard; while there are none, it is itself.
        tabIndex={drawn.length > 0 ? -1 : 0}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          onFocus(event);
          setFocused(event.target.closest<HTMLElement>("[data-stop]")?.dataset.stop ?? null);
        }}
      >
        <div className={styles.spring} />
        <Beginning open={open} />
        <Virtualizer
          ref={list}
          scrollRef={box}
          shift={shift}
          onScroll={onScroll}
          onResize={onScroll}
          // What has the focus would lose it by being scrolled away.
          keepMounted={focusedAt === -1 ? NONE : [focusedAt]}
        >
          {drawn.map((line) => (
            <LineView key={line.key} line={line} open={open} now={now} showReach={setReachOf} />
          ))}
        </Virtualizer>
      </div>
      {away !== null && (
        <button
          type="button"
          className={styles.latest}
          aria-label={below > 0 ? `${t.chat.latest}: ${t.chat.newBelow(below)}` : t.chat.latest}
          onClick={toEnd}
        >
          <ArrowDown size={20} aria-hidden="true" />
          {below > 0 && <span className={styles.count}>{badge(below)}</span>}
        </button>
      )}
      {reachOf !== null && (
        <ReachSheet number={reachOf} reaches={open.reaches} close={() => setReachOf(null)} />
      )}
    </div>
  );
}

type Scroller = {
  box: RefObject<HTMLDivElement | null>;
  list: RefObject<VirtualizerHandle | null>;
  toEnd: () => void;
};

/** Keeps the place in the list, and tells the core what has been on the screen. */
function useScrolling(
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

  // A growing composer or keyboard takes room from the timeline: its end stays in view.
  useEffect(() => {
    const element = box.current;
    if (element === null || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);

  useEffect(() => {
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [look]);

  return { shift, away, onScroll };
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

type LineViewProps = {
  line: Line;
  open: OpenConversation;
  now: number;
  showReach: (number: number) => void;
};

function LineView({ line, open, now, showReach }: LineViewProps) {
  const { t, language } = useLocale();
  if (line.kind === "day") {
    return (
      <h2 className={styles.day}>
        <span>{dayLabel(line.at, now, language, t.chat)}</span>
      </h2>
    );
  }
  if (line.kind === "new") {
    return (
      <div className={styles.fresh}>
        <span>{t.chat.newMessages}</span>
      </div>
    );
  }
  return (
    <EntryLine
      entry={line.entry}
      first={line.first}
      last={line.last}
      kind={open.kind}
      startCall={open.startCall}
      showReach={line.entry.own && open.kind === "group" ? showReach : undefined}
    />
  );
}

/** What stands above the oldest entry. */
function Beginning({ open }: { open: OpenConversation }) {
  const { t } = useLocale();
  if (open.history === "loading") {
    return (
      <p className={styles.beginning} role="status">
        {t.chat.loadingOlder}
      </p>
    );
  }
  if (open.history === "complete") {
    if (open.entries.length > 0) return <p className={styles.beginning}>{t.chat.beginning}</p>;
    return <EmptyState picture="circle" title={t.chat.emptyTitle} text={t.chat.emptyText} />;
  }
  return (
    <p className={styles.beginning}>
      {open.history === "failed" && `${t.chat.historyFailed} `}
      {open.loadOlder && (
        <button type="button" className={styles.older} onClick={open.loadOlder}>
          {t.chat.loadOlder}
        </button>
      )}
    </p>
  );
}

function highestNumber(entries: readonly Entry[]): number {
  return entries.reduce((highest, entry) => Math.max(highest, entry.number ?? 0), 0);
}

function unseenBelow(entries: readonly Entry[], seen: number): number {
  return entries.filter((entry) => !entry.own && entry.number !== null && entry.number > seen)
    .length;
}

const MINUTE_MS = 60_000;
const NONE: readonly number[] = [];

/** Nearer to the end than this counts as being there: two lines of text. */
const NEAR_END_PX = 64;

/** Nearer to the beginning than this reads an older page. */
const LOAD_OLDER_PX = 400;

/** What is left visible above the "new messages" line. */
const NEW_LINE_PX = 72;
