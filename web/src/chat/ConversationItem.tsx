/** A row of the conversation list. */

import { Phone, Video } from "lucide-react";

import type { ConversationRow } from "../core/model";
import { Avatar, GroupAvatar } from "../ui/Avatar";
import { Badge } from "../ui/Badge";
import { shortMoment } from "../ui/format";
import { useLocale } from "../ui/locale";
import { firstName } from "../ui/names";
import styles from "./ConversationItem.module.css";
import { contentLine, typingLine } from "./say";
import { Tick } from "./Tick";

type ConversationItemProps = {
  row: ConversationRow;
  selected: boolean;
  now: number;
  open: () => void;
};

export function ConversationItem({ row, selected, now, open }: ConversationItemProps) {
  const { t, language } = useLocale();
  const moment = shortMoment(row.lastActivityAt, now, language, t.chat);
  return (
    <button
      type="button"
      className={styles.item}
      data-stop={row.id}
      aria-current={selected ? "page" : undefined}
      onClick={open}
    >
      {row.other === null ? (
        <GroupAvatar id={row.id} size={50} />
      ) : (
        <Avatar person={row.other} size={50} presence />
      )}
      <span className={styles.words}>
        <span className={styles.line}>
          <span className={styles.title}>{row.title}</span>
          <time className={styles.time} data-unread={row.unread > 0}>
            {moment}
          </time>
        </span>
        <span className={styles.line}>
          <Second row={row} />
          {row.unread > 0 && <Badge count={row.unread} label={t.list.unread(row.unread)} />}
        </span>
      </span>
    </button>
  );
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
