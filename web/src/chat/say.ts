/** Conversations and calls in a few words. */

import type { Catalogue, Language } from "../core/i18n";
import type { ContentView, GroupNotice, PersonView } from "../core/model";
import { spokenDuration } from "../ui/format";
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
  if (content.kind === "text") return content.text;
  if (content.kind === "created") {
    return sender.self ? t.chat.createdByYou : t.chat.created(firstName(sender));
  }
  if (content.kind === "deleted") {
    return content.by.self ? t.chat.deletedByYou : t.chat.deleted(firstName(content.by));
  }
  if (content.kind === "notice") return noticeLine(content.notice, sender, t, language);
  const { title, detail } = callWords(content, sender.self, t, language);
  return `${title} · ${detail}`;
}

function noticeLine(
  notice: GroupNotice,
  sender: PersonView,
  t: Catalogue,
  language: Language,
): string {
  const named = (person: PersonView) => (person.self ? t.chat.you : firstName(person));
  const by = named(sender);
  switch (notice.kind) {
    case "members_added": {
      const people = notice.people.map(named);
      return t.chat.notice.added(by, new Intl.ListFormat(language).format(people));
    }
    case "member_removed":
      return t.chat.notice.removed(by, named(notice.person));
    case "member_left":
      return t.chat.notice.left(by);
    case "admin_changed":
      return notice.admin
        ? t.chat.notice.appointed(by, named(notice.person))
        : t.chat.notice.dismissed(by, named(notice.person));
    case "renamed":
      return t.chat.notice.renamed(by, notice.title);
  }
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
