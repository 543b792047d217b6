/** The people and the conversations, as their lists show them, with what can be begun from there. */

import type { Beginning } from "./beginning";
import type { Calls } from "./call/calls";
import type { MessageActions } from "./entry-actions";
import type { ConversationList, People, ProfileActions } from "./model";
import type { Own } from "./own";
import { unreadCount, type ViewContext, type Views } from "./views";

/** What the lists are drawn from. */
export type ListingOwner = {
  views: Views;
  own: Own;
  profile: ProfileActions;
  beginning: Beginning;
  messages: MessageActions;
  calls: Calls;
};

export function drawPeople(context: ViewContext, owner: ListingOwner): People {
  const { views, own, profile, beginning } = owner;
  const { chat, online } = context;
  const isMember = chat.me.role !== "guest";
  const { status, text = null, until_ms: until = null } = chat.status;
  return {
    me: views.person(chat, chat.me.id),
    others: views.others(chat),
    byId: new Map([...chat.people.keys()].map((id) => [id, views.person(chat, id)])),
    status: { status, text, until },
    setStatus: online ? (choice) => own.setStatus(choice) : undefined,
    preferences: chat.preferences,
    setPreferences: online ? (preferences) => own.setPreferences(preferences) : undefined,
    profile: online && isMember ? profile : undefined,
    writeTo: online && isMember ? (person) => beginning.writeTo(person) : undefined,
  };
}

export function drawConversations(context: ViewContext, owner: ListingOwner): ConversationList {
  const { views, beginning, messages, calls } = owner;
  const { chat, online } = context;
  const isMember = chat.me.role !== "guest";
  const threads = [...chat.threads.values()];
  const rows = threads.map((thread) => views.row(context, thread));
  rows.sort(
    (one, other) =>
      (other.pinnedAt ?? 0) - (one.pinnedAt ?? 0) || other.lastActivityAt - one.lastActivityAt,
  );
  return {
    loaded: chat.loaded,
    rows,
    unread: threads.reduce((sum, thread) => sum + unreadCount(chat, thread), 0),
    create: online && isMember ? (members, title) => beginning.create(members, title) : undefined,
    openSaved: online && isMember ? () => beginning.openSaved() : undefined,
    search: isMember ? (query) => messages.search(query) : undefined,
    readStarred: online ? () => messages.starred() : undefined,
    readCalls: online ? (missed) => messages.calls(missed) : undefined,
    caller: (id) => calls.starter(id),
  };
}
