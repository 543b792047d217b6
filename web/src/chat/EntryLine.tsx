/** One entry of the timeline: a bubble, or what happened. */

import {
  CornerUpRight,
  Ellipsis,
  Pin,
  Reply,
  RotateCcw,
  SmilePlus,
  Star,
  Trash2,
} from "lucide-react";
import { type MouseEvent, memo, useRef } from "react";

import type { Entry } from "../core/model";
import type { ConversationKind, Media, PersonId } from "../core/protocol";
import { Attachments } from "../files/Attachments";
import { Avatar } from "../ui/Avatar";
import { IconButton } from "../ui/Button";
import { timeOfDay } from "../ui/format";
import { useLocale } from "../ui/locale";
import { type MenuPoint, menuPoint } from "../ui/Menu";
import { hue } from "../ui/names";
import { useLongPress } from "../ui/useLongPress";
import { useSwipe } from "../ui/useSwipe";
import { CallCard } from "./CallCard";
import styles from "./EntryLine.module.css";
import { QuoteBlock } from "./QuoteBlock";
import { Reactions } from "./Reactions";
import { RichText } from "./RichText";
import { contentLine, isNotice, noticeLine } from "./say";
import { Tick } from "./Tick";

/** What a line can ask for; the same object for all lines of a timeline. */
export type EntryDoings = {
  openMenu: (entry: Entry, at: MenuPoint) => void;
  /** Opens the reactions beside a control. */
  openReactions: (entry: Entry, beside: HTMLElement) => void;
  /** Undefined while reactions are not possible. */
  react: ((entry: Entry, emoji: string | null) => void) | undefined;
  reply: (entry: Entry) => void;
  showReactions: (entry: Entry) => void;
  /** Shows who has received and read an own message. */
  showReach: ((entry: Entry) => void) | undefined;
  showVersions: (entry: Entry) => void;
  nameOf: (person: PersonId) => string | undefined;
  showPerson: ((person: PersonId) => void) | undefined;
  jumpTo: (number: number) => void;
  /** Shows a picture or a video as large as the screen. */
  showMedia: (key: string) => void;
  /** A voice message has begun to play. */
  listen: (entry: Entry) => void;
  /** Joins the call under way or calls back. */
  startCall: ((media: Media) => void) | undefined;
};

type EntryLineProps = {
  entry: Entry;
  first: boolean;
  last: boolean;
  kind: ConversationKind;
  me: PersonId | undefined;
  /** Pointed out for a moment: one has jumped there. */
  lit: boolean;
  doings: EntryDoings;
};

export const EntryLine = memo(function EntryLine(props: EntryLineProps) {
  const { entry, first, last, kind, me, lit, doings } = props;
  const { t, language } = useLocale();
  const { content, own, sender, state } = entry;
  const line = useRef<HTMLElement>(null);
  const canAct = entry.id !== null && content.kind !== "deleted";
  const openMenu = (event: MouseEvent<HTMLElement>): void => {
    // A right click on a selection is for copying it.
    if (window.getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    doings.openMenu(entry, menuPoint(event));
  };
  const press = useLongPress((at) => doings.openMenu(entry, at));
  const { reply } = doings;
  const swipe = useSwipe(line, canAct ? { end: () => reply(entry) } : {});
  if (isNotice(content)) {
    return (
      <p className={styles.notice} data-stop={entry.key} tabIndex={-1}>
        {noticeLine(content, sender, t, language)}
      </p>
    );
  }
  const named = kind === "group" && !own;
  const mute = state.kind === "stored";
  return (
    <article
      ref={line}
      className={styles.line}
      aria-label={t.chat.saidAt(
        own ? t.people.youCapital : sender.name,
        contentLine(content, sender, t, language),
        timeOfDay(entry.at, language),
      )}
      tabIndex={-1}
      data-own={own}
      data-named={named}
      data-first={first}
      data-lit={lit}
      data-stop={entry.key}
      onContextMenu={openMenu}
      {...press}
      {...swipe}
    >
      <span className={styles.swiped} aria-hidden="true">
        <Reply size={18} />
      </span>
      {named && (
        <span className={styles.gutter}>{last && <Avatar person={sender} size={32} />}</span>
      )}
      <div
        className={styles.bubble}
        data-own={own}
        data-last={last}
        data-failed={state.kind === "failed"}
        data-mentions={entry.mentionsMe}
      >
        {named && first && (
          <span className={styles.sender} style={{ color: `var(--name-${hue(sender.id)})` }}>
            {sender.name}
          </span>
        )}
        {entry.forwarded && (
          <span className={styles.forwarded}>
            <CornerUpRight size={13} aria-hidden="true" /> {t.message.forwarded}
          </span>
        )}
        {entry.quote !== null && <Quoted entry={entry} jumpTo={doings.jumpTo} />}
        <Said entry={entry} me={me} doings={doings} />
        <Foot entry={entry} doings={doings} />
      </div>
      {mute && canAct && <Handles entry={entry} doings={doings} />}
      {entry.reactions.length > 0 && (
        <Reactions
          reactions={entry.reactions}
          react={doings.react && ((emoji) => doings.react?.(entry, emoji))}
          showAll={() => doings.showReactions(entry)}
        />
      )}
      <Mending entry={entry} />
    </article>
  );
});

type PartProps = { entry: Entry; doings: EntryDoings };

function Quoted({ entry, jumpTo }: { entry: Entry; jumpTo: EntryDoings["jumpTo"] }) {
  const { quote } = entry;
  if (quote === null) return null;
  return <QuoteBlock said={quote.quoted} jump={() => jumpTo(quote.number)} />;
}

function Said({ entry, me, doings }: PartProps & { me: PersonId | undefined }) {
  const { t, language } = useLocale();
  const { content, own, sender } = entry;
  if (content.kind === "text") {
    const { state } = entry;
    return (
      <>
        {content.attachments !== undefined && (
          <Attachments
            attachments={content.attachments}
            show={doings.showMedia}
            cancel={state.kind === "pending" ? state.discard : undefined}
            listening={entry.listening}
            listen={() => doings.listen(entry)}
          />
        )}
        {content.text !== "" && (
          <RichText
            text={content.text}
            entities={content.entities}
            me={me}
            nameOf={doings.nameOf}
            showPerson={doings.showPerson}
          />
        )}
      </>
    );
  }
  if (content.kind === "call") {
    return <CallCard content={content} own={own} startCall={doings.startCall} />;
  }
  return (
    <span className={styles.deleted}>
      <Trash2 size={14} aria-hidden="true" /> {contentLine(content, sender, t, language)}
    </span>
  );
}

/** Marks, the time and the tick, at the end of the last line of text. */
function Foot({ entry, doings }: PartProps) {
  const { t, language } = useLocale();
  const { state, number } = entry;
  const tick = state.kind === "stored" ? state.tick : state.kind;
  const { showReach } = doings;
  const reachable = tick !== null && number !== null && showReach !== undefined;
  const time = (
    <>
      <time dateTime={new Date(entry.at).toISOString()}>{timeOfDay(entry.at, language)}</time>
      {tick !== null && entry.content.kind === "text" && <Tick tick={tick} />}
    </>
  );
  return (
    <span className={styles.foot}>
      {entry.pinned && <Pin size={12} role="img" aria-label={t.message.pinned} />}
      {entry.starred && <Star size={12} role="img" aria-label={t.message.starred} />}
      {entry.editedAt !== null && (
        <button
          type="button"
          className={styles.edited}
          title={t.message.editedAt(timeOfDay(entry.editedAt, language))}
          onClick={() => doings.showVersions(entry)}
        >
          {t.message.edited}
        </button>
      )}
      {reachable ? (
        <button
          type="button"
          className={styles.reach}
          title={t.chat.details}
          onClick={() => showReach(entry)}
        >
          {time}
        </button>
      ) : (
        time
      )}
    </span>
  );
}

/** What a mouse finds beside the bubble; a finger presses long or swipes, a keyboard has the menu key. */
function Handles({ entry, doings }: PartProps) {
  const { t } = useLocale();
  const more = useRef<HTMLButtonElement>(null);
  const smile = useRef<HTMLButtonElement>(null);
  const { reply } = doings;
  return (
    <span className={styles.handles}>
      {doings.react && (
        <button
          ref={smile}
          type="button"
          tabIndex={-1}
          className={styles.handle}
          aria-label={t.message.react}
          title={t.message.react}
          onClick={() => smile.current && doings.openReactions(entry, smile.current)}
        >
          <SmilePlus size={17} />
        </button>
      )}
      <button
        type="button"
        tabIndex={-1}
        className={styles.handle}
        aria-label={t.message.reply}
        title={t.message.reply}
        onClick={() => reply(entry)}
      >
        <Reply size={17} className="flips" />
      </button>
      <button
        ref={more}
        type="button"
        tabIndex={-1}
        className={styles.handle}
        aria-label={t.message.more}
        title={t.message.more}
        aria-haspopup="menu"
        onClick={() => {
          const box = more.current?.getBoundingClientRect();
          if (box !== undefined) doings.openMenu(entry, { x: box.left, y: box.bottom });
        }}
      >
        <Ellipsis size={18} />
      </button>
    </span>
  );
}

/** What can be done about a message that did not go. */
function Mending({ entry }: { entry: Entry }) {
  const { t } = useLocale();
  const { state } = entry;
  if (state.kind !== "failed") return null;
  return (
    <div className={styles.mending}>
      <span className={styles.reason} role="alert">
        {t.chat.notSent(t.problem[state.problem])}
      </span>
      <IconButton label={t.chat.retry} size="small" onPress={state.retry}>
        <RotateCcw size={16} />
      </IconButton>
      <IconButton label={t.chat.discard} size="small" onPress={state.discard}>
        <Trash2 size={16} />
      </IconButton>
    </div>
  );
}
