/** Conversations and calls in a few words. */

import type { Catalogue, Language } from "../core/i18n";
import type {
  AttachmentView,
  ContentView,
  ConversationRow,
  GroupNotice,
  PersonView,
} from "../core/model";
import { clockDuration, spokenDuration } from "../ui/format";
import { firstName } from "../ui/names";

/** A call as an entry says it. */
export type CallWords = {
  title: string;
  detail: string;
  missed: boolean;
};

type CallContent = Extract<ContentView, { kind: "call" }>;

/** What a call entry says; `own` is whether oneself started it. */
export function callWords(
  call: CallContent,
  own: boolean,
  t: Catalogue,
  language: Language,
): CallWords {
  const title = call.media === "video" ? t.callEntry.video : t.callEntry.audio;
  switch (call.ended) {
    case null:
      return { title, detail: t.callEntry.under, missed: false };
    case "completed":
      return { title, detail: spokenDuration(call.durationMs, language), missed: false };
    case "missed":
    case "cancelled":
      return own
        ? {
            title,
            detail: call.ended === "missed" ? t.callEntry.unanswered : t.callEntry.cancelled,
            missed: false,
          }
        : { title, detail: t.callEntry.missed, missed: true };
    case "declined":
      return { title, detail: t.callEntry.declined, missed: false };
    case "failed":
      return { title, detail: t.callEntry.failed, missed: true };
  }
}

/** A content in one line, for the list and for screen readers. */
export function contentLine(
  content: ContentView,
  sender: PersonView,
  t: Catalogue,
  language: Language,
): string {
  switch (content.kind) {
    case "text":
      return [filesLine(content.attachments ?? [], t), content.text]
        .filter((words) => words !== "")
        .join(" · ");
    case "deleted":
      return deletedLine(content.by, sender, t);
    case "expired":
      return t.message.expired;
    case "call": {
      const { title, detail } = callWords(content, sender.self, t, language);
      return `${title} · ${detail}`;
    }
    default:
      return noticeLine(content, sender, t, language);
  }
}

/** What a message carries, in a few words; empty for nothing. */
export function filesLine(attachments: readonly AttachmentView[], t: Catalogue): string {
  const [first] = attachments;
  if (first === undefined) return "";
  const alike = attachments.every(({ kind }) => kind === first.kind);
  if (first.kind === "image" && alike) return t.files.pictures(attachments.length);
  if (attachments.length > 1) return t.files.several(attachments.length);
  switch (first.kind) {
    case "image":
      return t.files.picture;
    case "voice":
      return `${t.files.voice} (${clockDuration(first.durationMs)})`;
    case "video":
      return t.files.video;
    case "audio":
    case "file":
      return first.name;
  }
}

/** Who deleted a message, when that is worth saying. */
function deletedLine(by: PersonView, sender: PersonView, t: Catalogue): string {
  if (by.self) return t.message.deletedByYou;
  return by.id === sender.id ? t.message.deleted : t.message.deletedBy(firstName(by));
}

/** What happened to the conversation, in a sentence. */
export function noticeLine(
  content: NoticeContent,
  sender: PersonView,
  t: Catalogue,
  language: Language,
): string {
  const words = t.message;
  const who = firstName(sender);
  const name = (person: PersonView): string => (person.self ? words.you : firstName(person));
  if (content.kind === "created") {
    return sender.self ? t.chat.createdByYou : t.chat.created(who);
  }
  if (content.kind === "beep") return beepLine(content.why, sender, t);
  const { notice } = content;
  switch (notice.kind) {
    case "members_added": {
      const whom = new Intl.ListFormat(language).format(notice.people.map(name));
      return sender.self ? words.youAdded(whom) : words.membersAdded(who, whom);
    }
    case "member_removed":
      return sender.self
        ? words.youRemoved(name(notice.person))
        : words.memberRemoved(who, name(notice.person));
    case "member_left":
      return sender.self ? words.youLeft : words.memberLeft(who);
    case "admin_changed": {
      const whom = name(notice.person);
      if (sender.self) {
        return notice.admin ? words.youMadeAdmin(whom) : words.youUnmadeAdmin(whom);
      }
      return notice.admin ? words.adminMade(who, whom) : words.adminUnmade(who, whom);
    }
    case "lifetime_changed": {
      const { seconds } = notice;
      if (seconds === null) return sender.self ? words.youEndedLifetime : words.lifetimeEnded(who);
      const span = lifetimeWords(seconds, language);
      return sender.self ? words.youSetLifetime(span) : words.lifetimeSet(who, span);
    }
    case "renamed":
      return sender.self ? words.youRenamed(notice.title) : words.renamed(who, notice.title);
  }
}

/** "24 hours", "7 days". */
export function lifetimeWords(seconds: number, language: Language): string {
  const inDays = seconds > DAY_S && seconds % DAY_S === 0;
  const unit = inDays ? "day" : "hour";
  const number = Math.round(seconds / (inDays ? DAY_S : HOUR_S));
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(
    number,
  );
}

function beepLine(why: string | null, sender: PersonView, t: Catalogue): string {
  if (sender.self) return why === null ? t.beep.youBeeped : t.beep.youBeepedWhy(why);
  const who = firstName(sender);
  return why === null ? t.beep.beeped(who) : t.beep.beepedWhy(who, why);
}

/** Whether a content is something a person said or did, rather than what happened. */
export function isNotice(content: ContentView): content is NoticeContent {
  return content.kind === "created" || content.kind === "notice" || content.kind === "beep";
}

type NoticeContent =
  | { kind: "created" }
  | { kind: "beep"; why: string | null }
  | { kind: "notice"; notice: GroupNotice };

/** What a conversation is called. */
export function rowTitle({ kind, title }: Pick<ConversationRow, "kind" | "title">, t: Catalogue) {
  return kind === "saved" ? t.list.saved : title;
}

/** Who is typing; empty when nobody is. */
export function typingLine(typing: readonly PersonView[], t: Catalogue): string {
  const [one, two] = typing;
  if (one === undefined) return "";
  if (two === undefined) return t.chat.typingOne(firstName(one));
  if (typing.length === 2) return t.chat.typingTwo(firstName(one), firstName(two));
  return t.chat.typingMany;
}

/** A count for a badge. */
export function badge(count: number): string {
  return count > MAX_BADGE ? `${MAX_BADGE}+` : String(count);
}

const MAX_BADGE = 99;

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
