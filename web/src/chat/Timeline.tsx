/** The messages of a conversation: keeps to the end, pages back, and offers what can be done. */

import { ArrowDown } from "lucide-react";
import { type KeyboardEvent, type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";

import type { Entry, EntryActions, OpenConversation, People } from "../core/model";
import type { PersonId } from "../core/protocol";
import { mediaOf } from "../files/media";
import { MediaViewer, MessageSheet } from "../lazy";
import { useNow } from "../ui/clock";
import { EmptyState } from "../ui/EmptyState";
import { dayLabel } from "../ui/format";
import { useLocale } from "../ui/locale";
import type { MenuPoint } from "../ui/Menu";
import { Toast } from "../ui/Toast";
import { useRoving } from "../ui/useRoving";
import { EmojiPopover } from "./EmojiPopover";
import { type EntryDoings, EntryLine } from "./EntryLine";
import { type Line, lines } from "./lines";
import { MessageMenu } from "./MessageMenu";
import type { Sheet } from "./MessageSheet";
import { badge, isNotice } from "./say";
import styles from "./Timeline.module.css";
import { useHiding } from "./useHiding";
import { useScrolling, useTarget } from "./useScrolling";

type TimelineProps = {
  /** Mount anew for another conversation. */
  open: OpenConversation;
  reply: (entry: Entry) => void;
  edit: (entry: Entry) => void;
  jumpTo: (number: number) => void;
  /** Where to go; a new object for each wish. */
  target: { number: number } | null;
  people: People;
};

/** What has opened above the lines. */
type Raised =
  | { kind: "menu"; entry: Entry; at: MenuPoint }
  | { kind: "reactions"; entry: Entry; all: boolean };

export function Timeline({ open, reply, edit, jumpTo, target, people }: TimelineProps) {
  const { t } = useLocale();
  const now = useNow(MINUTE_MS);
  const [raised, setRaised] = useState<Raised | null>(null);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const beside = useRef<HTMLElement>(null);
  const { firstUnreadNumber } = open;
  const { entries, hide, undo, settle } = useHiding(open);
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
  const lit = useTarget(target, drawn, list);
  const below = away === null ? 0 : unseenBelow(open.entries, away);
  const openMenu = useCallback(
    (entry: Entry, at: MenuPoint) => setRaised({ kind: "menu", entry, at }),
    [],
  );
  const doings = useDoings(open, {
    openMenu,
    reply,
    jumpTo,
    people,
    setRaised,
    setSheet,
    setShown,
    beside,
  });
  const close = (): void => setRaised(null);
  const me = open.members.find(({ self }) => self)?.id;

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
        onKeyDown={(event) => {
          if (event.key === "Enter") menuOf(event, entries, openMenu);
          else onKeyDown(event);
        }}
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
          data={drawn}
        >
          {(line) => (
            <LineView
              key={line.key}
              line={line}
              kind={open.kind}
              me={me}
              lit={line.kind === "entry" && lit !== null && line.entry.number === lit}
              now={now}
              doings={doings}
            />
          )}
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
      {undo && (
        <div className={styles.undo} role="status">
          <Toast
            action={{ label: t.message.undo, onPress: undo }}
            dismiss={settle}
            dismissLabel={t.notice.dismiss}
          >
            {t.message.hidden}
          </Toast>
        </div>
      )}
      {raised?.kind === "menu" && (
        <MessageMenu
          entry={raised.entry}
          actions={withUndo(raised.entry, open.actions(raised.entry), hide)}
          at={raised.at}
          close={close}
          doings={{
            reply: () => reply(raised.entry),
            edit: () => edit(raised.entry),
            copy: copier(raised.entry),
            forward: () => setSheet({ kind: "forward", entry: raised.entry }),
            askDelete: () => setSheet({ kind: "delete", entry: raised.entry }),
            showReach: doings.showReach && (() => doings.showReach?.(raised.entry)),
            showVersions: () => doings.showVersions(raised.entry),
            pickReaction: () => {
              beside.current = lineOf(box, raised.entry);
              setRaised({ kind: "reactions", entry: raised.entry, all: true });
            },
          }}
        />
      )}
      {raised?.kind === "reactions" && (
        <Reacting raised={raised} open={open} beside={beside} close={close} />
      )}
      {shown !== null && (
        <MediaViewer media={mediaOf(entries)} shown={shown} close={() => setShown(null)} />
      )}
      {sheet !== null && <MessageSheet open={open} sheet={sheet} close={() => setSheet(null)} />}
    </div>
  );
}

type DoingParts = {
  openMenu: EntryDoings["openMenu"];
  reply: (entry: Entry) => void;
  jumpTo: (number: number) => void;
  people: People;
  setRaised: (raised: Raised) => void;
  setSheet: (sheet: Sheet) => void;
  setShown: (key: string) => void;
  beside: RefObject<HTMLElement | null>;
};

/** One object as long as nothing in it changes, so that lines are not drawn again for nothing. */
function useDoings(open: OpenConversation, parts: DoingParts): EntryDoings {
  const latest = useRef({ open, parts });
  latest.current = { open, parts };
  const withOthers = open.kind !== "saved";
  const { startCall } = open;
  const canStart = startCall !== undefined;
  // What changes a message asks the server; answering it waits in the outbox.
  const canReact = open.keep !== undefined;
  const canShowPerson = parts.people.writeTo !== undefined;
  return useMemo(() => {
    const now = () => latest.current;
    return {
      openMenu: (entry, at) => now().parts.openMenu(entry, at),
      openReactions: (entry, beside) => {
        now().parts.beside.current = beside;
        now().parts.setRaised({ kind: "reactions", entry, all: false });
      },
      react: canReact ? (entry, emoji) => now().open.actions(entry).react?.(emoji) : undefined,
      reply: (entry) => now().parts.reply(entry),
      showReactions: (entry) => now().parts.setSheet({ kind: "reactions", entry }),
      showReach: withOthers ? (entry) => now().parts.setSheet({ kind: "reach", entry }) : undefined,
      showVersions: (entry) => now().parts.setSheet({ kind: "versions", entry }),
      nameOf: (person) => now().parts.people.byId.get(person)?.name,
      showPerson: canShowPerson ? (person) => now().parts.people.writeTo?.(person) : undefined,
      jumpTo: (number) => now().parts.jumpTo(number),
      showMedia: (key) => now().parts.setShown(key),
      listen: (entry) => now().open.actions(entry).listen?.(),
      startCall: canStart ? (media) => now().open.startCall?.(media) : undefined,
    };
  }, [withOthers, canStart, canReact, canShowPerson]);
}

type ReactingProps = {
  raised: Extract<Raised, { kind: "reactions" }>;
  open: OpenConversation;
  beside: RefObject<HTMLElement | null>;
  close: () => void;
};

function Reacting({ raised, open, beside, close }: ReactingProps) {
  const own = raised.entry.reactions.find(({ mine }) => mine)?.emoji ?? null;
  return (
    <EmojiPopover
      beside={beside}
      {...(!raised.all && { quick: { own } })}
      pick={(emoji) => open.actions(raised.entry).react?.(emoji === own ? null : emoji)}
      close={close}
    />
  );
}

type LineViewProps = {
  line: Line;
  kind: OpenConversation["kind"];
  me: PersonId | undefined;
  lit: boolean;
  now: number;
  doings: EntryDoings;
};

function LineView({ line, kind, me, lit, now, doings }: LineViewProps) {
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
  const { entry, first, last } = line;
  return (
    <EntryLine
      entry={entry}
      first={first}
      last={last}
      kind={kind}
      me={me}
      lit={lit}
      doings={doings}
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

/** Deleting for oneself alone can be taken back for a moment. */
function withUndo(entry: Entry, actions: EntryActions, hide: (entry: Entry) => void): EntryActions {
  return { ...actions, deleteForMe: actions.deleteForMe && (() => hide(entry)) };
}

/** Enter on a line opens its menu; on what is within a line it does what that does. */
function menuOf(
  event: KeyboardEvent<HTMLElement>,
  entries: readonly Entry[],
  openMenu: EntryDoings["openMenu"],
): void {
  const { target } = event;
  if (!(target instanceof HTMLElement) || target.dataset.stop === undefined) return;
  const entry = entries.find(({ key }) => key === target.dataset.stop);
  if (entry === undefined || isNotice(entry.content)) return;
  event.preventDefault();
  const { x, y, width, height } = target.getBoundingClientRect();
  openMenu(entry, { x: x + width / 2, y: y + height / 2 });
}

/** Copies the words; undefined where there are none, or where the browser does not let us. */
function copier({ content }: Entry): (() => void) | undefined {
  const hasWords = content.kind === "text" && content.text !== "";
  if (!hasWords || !("clipboard" in navigator)) return undefined;
  return () => void navigator.clipboard.writeText(content.text).catch(() => {});
}

function lineOf(scroller: RefObject<HTMLElement | null>, entry: Entry): HTMLElement | null {
  return scroller.current?.querySelector(`[data-stop="${CSS.escape(entry.key)}"]`) ?? null;
}

function unseenBelow(entries: readonly Entry[], seen: number): number {
  return entries.filter((entry) => !entry.own && entry.number !== null && entry.number > seen)
    .length;
}

const MINUTE_MS = 60_000;
const NONE: readonly number[] = [];
