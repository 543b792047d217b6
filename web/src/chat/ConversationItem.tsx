/** A row of the conversation list. */

import {
  Archive,
  ArchiveRestore,
  AtSign,
  BellOff,
  Mail,
  MailOpen,
  Phone,
  Pin,
  Video,
} from "lucide-react";
import { useRef } from "react";

import type { ConversationRow } from "../core/model";
import { Avatar, GroupAvatar } from "../ui/Avatar";
import { Badge } from "../ui/Badge";
import { shortMoment } from "../ui/format";
import { useLocale } from "../ui/locale";
import { type MenuPoint, menuPoint } from "../ui/Menu";
import { firstName } from "../ui/names";
import { useLongPress } from "../ui/useLongPress";
import { useSwipe } from "../ui/useSwipe";
import styles from "./ConversationItem.module.css";
import { contentLine, rowTitle, typingLine } from "./say";
import { Tick } from "./Tick";

type ConversationItemProps = {
  row: ConversationRow;
  selected: boolean;
  now: number;
  open: () => void;
  openMenu: (at: MenuPoint) => void;
  /** Marks it as read or unread; undefined when that is not possible. */
  toggleRead: (() => void) | undefined;
};

export function ConversationItem(props: ConversationItemProps) {
  const { row, selected, now, open, openMenu, toggleRead } = props;
  const { t, language } = useLocale();
  const item = useRef<HTMLButtonElement>(null);
  const moment = shortMoment(row.lastActivityAt, now, language, t.chat);
  const { keep } = row;
  const press = useLongPress(openMenu);
  const swipe = useSwipe(item, {
    ...(keep && { start: () => keep({ kind: "archive", on: !row.archived }) }),
    ...(toggleRead && { end: toggleRead }),
  });
  const fresh = isUnread(row);
  return (
    <div className={styles.frame}>
      <span className={styles.behind} aria-hidden="true">
        {fresh ? <MailOpen size={20} /> : <Mail size={20} />}
        {row.archived ? <ArchiveRestore size={20} /> : <Archive size={20} />}
      </span>
      <button
        ref={item}
        type="button"
        className={styles.item}
        data-stop={row.id}
        aria-current={selected ? "page" : undefined}
        onClick={open}
        onContextMenu={(event) => {
          event.preventDefault();
          openMenu(menuPoint(event));
        }}
        {...press}
        {...swipe}
      >
        {row.other === null ? (
          <GroupAvatar id={row.id} size={50} />
        ) : (
          <Avatar person={row.other} size={50} presence />
        )}
        <span className={styles.words}>
          <span className={styles.line}>
            <span className={styles.title}>{rowTitle(row, t)}</span>
            {row.mutedUntil !== null && (
              <BellOff className={styles.mark} size={14} role="img" aria-label={t.list.muted} />
            )}
            {row.pinnedAt !== null && (
              <Pin className={styles.mark} size={14} role="img" aria-label={t.list.pinned} />
            )}
            <time className={styles.time} data-unread={fresh && row.mutedUntil === null}>
              {moment}
            </time>
          </span>
          <span className={styles.line}>
            <Second row={row} />
            {row.mentions > 0 && (
              <span
                className={styles.mention}
                role="img"
                aria-label={t.list.mentions(row.mentions)}
              >
                <AtSign size={13} strokeWidth={2.8} />
              </span>
            )}
            <Unread row={row} />
          </span>
        </span>
      </button>
    </div>
  );
}

/** Whether there is something to read, or oneself said so. */
export function isUnread(row: ConversationRow): boolean {
  return row.unread > 0 || row.markedUnread;
}

function Unread({ row }: { row: ConversationRow }) {
  const { t } = useLocale();
  const look = row.mutedUntil === null ? "unread" : "quiet";
  if (row.unread > 0) {
    return <Badge count={row.unread} label={t.list.unread(row.unread)} look={look} />;
  }
  if (!row.markedUnread) return null;
  return <span className={styles.dot} role="img" aria-label={t.list.markedUnread} />;
}

/** What matters most now: a call, who types, a draft, else the latest message. */
function Second({ row }: { row: ConversationRow }) {
  const { t, language } = useLocale();
  if (row.call !== null) {
    const Icon = row.call.media === "video" ? Video : Phone;
    return (
      <span className={`${styles.preview} ${styles.call}`}>
        <Icon size={15} strokeWidth={2.4} aria-hidden="true" />
        {row.call.joined ? t.list.joined : row.call.ringing ? t.list.calling : t.list.ongoing}
      </span>
    );
  }
  const typing = typingLine(row.typing, t);
  if (typing !== "") return <span className={`${styles.preview} ${styles.typing}`}>{typing}</span>;
  if (row.draft !== "") {
    return (
      <span className={styles.preview}>
        <span className={styles.draft}>{t.list.draft}</span> {row.draft}
      </span>
    );
  }
  if (row.preview === null) return <span className={styles.preview} />;
  const { sender, content, tick } = row.preview;
  const author = sender.self ? t.people.youCapital : firstName(sender);
  const line = contentLine(content, sender, t, language);
  const signed = content.kind === "text" && (row.kind === "group" || sender.self);
  return (
    <span className={styles.preview}>
      {tick !== null && <Tick tick={tick} />}
      <span className={styles.text}>{signed ? t.chat.saidBy(author, line) : line}</span>
    </span>
  );
}
