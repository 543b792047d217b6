/** One entry of the timeline: a bubble, a call, or a notice. */

import { Phone, PhoneMissed, RotateCcw, Trash2, Video } from "lucide-react";
import type { ContentView, Entry } from "../core/model";
import type { ConversationKind, Media } from "../core/protocol";
import { Avatar } from "../ui/Avatar";
import { Button, IconButton } from "../ui/Button";
import { timeOfDay } from "../ui/format";
import { useLocale } from "../ui/locale";
import { hue } from "../ui/names";
import styles from "./EntryLine.module.css";
import { RichText } from "./RichText";
import { callWords, contentLine } from "./say";
import { Tick } from "./Tick";

type EntryLineProps = {
  entry: Entry;
  first: boolean;
  last: boolean;
  kind: ConversationKind;
  /** Joins the call under way or calls back. */
  startCall: ((media: Media) => void) | undefined;
  /** Shows who has received and read an own message. */
  showReach: ((number: number) => void) | undefined;
};

export function EntryLine({ entry, first, last, kind, startCall, showReach }: EntryLineProps) {
  const { t, language } = useLocale();
  const { content, own, sender } = entry;
  if (content.kind === "created" || content.kind === "notice" || content.kind === "deleted") {
    return (
      <p className={styles.notice} data-stop={entry.key} tabIndex={-1}>
        {contentLine(content, sender, t, language)}
      </p>
    );
  }
  const named = kind === "group" && !own;
  return (
    <article
      className={styles.line}
      data-own={own}
      data-first={first}
      data-stop={entry.key}
      tabIndex={-1}
      aria-label={t.chat.saidAt(
        own ? t.people.youCapital : sender.name,
        contentLine(content, sender, t, language),
        timeOfDay(entry.at, language),
      )}
    >
      {named && (
        <span className={styles.gutter}>{last && <Avatar person={sender} size={32} />}</span>
      )}
      <div
        className={styles.bubble}
        data-own={own}
        data-last={last}
        data-failed={entry.state.kind === "failed"}
      >
        {named && first && (
          <span className={styles.sender} style={{ color: `var(--name-${hue(sender.id)})` }}>
            {sender.name}
          </span>
        )}
        {content.kind === "text" ? (
          <RichText text={content.text} />
        ) : (
          <CallCard content={content} own={own} startCall={startCall} />
        )}
        <Foot entry={entry} showReach={showReach} />
      </div>
      <Mending entry={entry} />
    </article>
  );
}

/** The time and the tick, at the end of the last line of text. */
function Foot({ entry, showReach }: { entry: Entry; showReach: EntryLineProps["showReach"] }) {
  const { t, language } = useLocale();
  const { state, number } = entry;
  const tick = state.kind === "stored" ? state.tick : state.kind;
  const time = <time>{timeOfDay(entry.at, language)}</time>;
  if (tick === null) return <span className={styles.foot}>{time}</span>;
  if (showReach === undefined || number === null) {
    return (
      <span className={styles.foot}>
        {time}
        <Tick tick={tick} />
      </span>
    );
  }
  return (
    <button
      type="button"
      className={styles.foot}
      title={t.chat.details}
      onClick={() => showReach(number)}
    >
      {time}
      <Tick tick={tick} />
    </button>
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

type CallCardProps = {
  content: Extract<ContentView, { kind: "call" }>;
  own: boolean;
  startCall: ((media: Media) => void) | undefined;
};

function CallCard({ content, own, startCall }: CallCardProps) {
  const { t, language } = useLocale();
  const { title, detail, missed } = callWords(content, own, t, language);
  const Icon = missed ? PhoneMissed : content.media === "video" ? Video : Phone;
  const action = content.ended === null ? t.callEntry.join : missed ? t.callEntry.callBack : null;
  return (
    <span className={styles.call}>
      <span className={styles.callIcon} data-missed={missed} data-live={content.ended === null}>
        <Icon size={20} aria-hidden="true" />
      </span>
      <span className={styles.callWords}>
        <span className={styles.callTitle}>{title}</span>
        <span className={styles.callDetail} data-missed={missed}>
          {detail}
        </span>
      </span>
      {action !== null && startCall !== undefined && (
        <Button look="primary" onPress={() => startCall(content.media)}>
          {action}
        </Button>
      )}
    </span>
  );
}
