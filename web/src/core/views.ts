/**
 * Draws the snapshots that views show from what is known.
 *
 * Everything that did not change keeps its identity, so that a list of ten thousand entries draws
 * the one that did.
 */

import { storedAttachment, thumbnailUrl, unsentAttachment } from "./attachments";
import type { Chat, Thread } from "./chat";
import type {
  ContentView,
  ConversationRow,
  Entry,
  FoundMessage,
  GroupNotice,
  Listening,
  PersonView,
  Preview,
  QuoteView,
  Reach,
} from "./model";
import type { OutboxItem } from "./outbox";
import type {
  Availability,
  CallId,
  Content,
  ConversationId,
  KeepChange,
  Message,
  MessageId,
  Person,
  PersonId,
  Presence,
  Quote,
} from "./protocol";
import { countOutside, firstOutside } from "./spans";

/** What rows and entries are drawn from besides the chat. */
export type ViewContext = {
  chat: Chat;
  outbox: readonly OutboxItem[];
  typing: (conversation: ConversationId) => readonly PersonId[];
  draft: (conversation: ConversationId) => string;
  /** The call this tab is in. */
  joinedCall: CallId | null;
  online: boolean;
  retry: (item: OutboxItem) => void;
  discard: (item: OutboxItem) => void;
  /** The server's clock, in ms since 1970. */
  now: () => number;
  keep: (conversation: ConversationId, change: KeepChange) => void;
  markRead: (conversation: ConversationId, number: number) => void;
};

/** Draws people, rows and entries, and remembers what it drew. */
export class Views {
  readonly #people = new Map<PersonId, { from: unknown[]; view: PersonView }>();
  readonly #stored = new WeakMap<Message, { from: unknown[]; entry: Entry }>();
  readonly #unsent = new WeakMap<OutboxItem, { from: unknown[]; entry: Entry }>();

  /** `slot` is the account of the browser that reads files; `nobody` is what a deleted one is called. */
  constructor(
    private readonly slot: number,
    private readonly nobody: () => string,
  ) {}

  /** A person, known or not: somebody may have been removed whose messages remain. */
  person(chat: Chat, id: PersonId): PersonView {
    const known = chat.people.get(id) ?? { id, username: "", full_name: "", role: "member" };
    const deleted = known.role === "deleted";
    const person: Person = deleted ? { ...known, full_name: this.nobody() } : known;
    const presence = deleted ? undefined : chat.presences.get(id);
    const self = id === chat.me.id;
    const hides = chat.preferences.hides_last_seen;
    const from = [
      person.full_name,
      person.username,
      person.role,
      person.picture,
      presence,
      self && chat.status,
      hides,
    ];
    const drawn = this.#people.get(id);
    if (drawn !== undefined && same(drawn.from, from)) return drawn.view;
    const view = drawPerson(person, presence, self ? chat : undefined, hides, this.slot);
    this.#people.set(id, { from, view });
    return view;
  }

  /** Everybody but oneself who is there to be met, by name. */
  others(chat: Chat): PersonView[] {
    return [...chat.people.values()]
      .filter(({ id, role }) => id !== chat.me.id && role !== "deleted")
      .map(({ id }) => this.person(chat, id))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  /** The group's title, or the other person's name. */
  title(chat: Chat, { conversation }: Thread): string {
    // One's own place is called as oneself.
    if (conversation.kind === "saved") return this.person(chat, chat.me.id).name;
    const other = conversation.members.find((id) => id !== chat.me.id);
    return conversation.kind === "direct" && other !== undefined
      ? this.person(chat, other).name
      : conversation.title;
  }

  row(context: ViewContext, thread: Thread): ConversationRow {
    const { chat } = context;
    const { conversation } = thread;
    const members = conversation.members.map((id) => this.person(chat, id));
    const other =
      conversation.kind === "direct" ? (members.find(({ self }) => !self) ?? null) : null;
    const preview = this.#preview(context, thread);
    const call = chat.liveCall(conversation.id);
    return {
      id: conversation.id,
      kind: conversation.kind,
      title: this.title(chat, thread),
      other,
      members,
      preview,
      lastActivityAt: preview?.at ?? conversation.created_at_ms,
      unread: unreadCount(chat, thread),
      typing: context
        .typing(conversation.id)
        .filter((id) => id !== chat.me.id)
        .map((id) => this.person(chat, id)),
      call: call && {
        id: call.id,
        media: call.media,
        ringing: call.state.kind === "ringing",
        startedAt: call.started_at_ms,
        people: [...new Set(call.participants.map(({ person }) => person))].map((id) =>
          this.person(chat, id),
        ),
        joined: call.id === context.joinedCall,
      },
      draft: context.draft(conversation.id),
      ...this.#kept(context, thread),
      mentions: this.#mentions(chat, thread),
      markAllRead:
        unreadCount(chat, thread) > 0
          ? () => context.markRead(conversation.id, chat.messageCount(thread))
          : undefined,
      admins: conversation.admins ?? [],
      admin: (conversation.admins ?? []).includes(chat.me.id),
    };
  }

  #kept(context: ViewContext, { conversation }: Thread) {
    const keep = context.chat.personal.keep(conversation.id);
    const muted = keep.muted_until_ms !== null && context.now() < keep.muted_until_ms;
    return {
      pinnedAt: keep.pinned_at_ms,
      archived: keep.archived,
      mutedUntil: muted ? keep.muted_until_ms : null,
      notify: keep.notify,
      markedUnread: keep.marked_unread,
      keep: context.online
        ? (change: KeepChange) => context.keep(conversation.id, change)
        : undefined,
    };
  }

  /** Of the unread messages that are held, those that name oneself or answer one's own. */
  #mentions(chat: Chat, thread: Thread): number {
    const read = thread.markers.get(chat.me.id)?.read_number ?? 0;
    const { messages } = thread.timeline;
    const unread = messages.slice(messages.findLastIndex(({ number }) => number <= read) + 1);
    return unread.filter((message) => isForMe(chat, thread, message)).length;
  }

  /** The stored messages, then those on their way. */
  entries(context: ViewContext, thread: Thread): Entry[] {
    const { messages } = thread.timeline;
    const others = otherMarkers(context.chat, thread);
    const shown = messages.filter((message) => isShown(context.chat, message));
    const stored = shown.map((message) => this.#storedEntry(context.chat, message, others));
    const waiting = unsentIn(context, thread).map((item) => this.#unsentEntry(context, item));
    return [...stored, ...waiting];
  }

  /** A message that was read outside of its timeline. */
  found(context: ViewContext, message: Message): FoundMessage {
    const { chat } = context;
    const thread = chat.threads.get(message.conversation);
    const others = thread === undefined ? [] : otherMarkers(chat, thread);
    return {
      conversation: message.conversation,
      title: thread === undefined ? "" : this.title(chat, thread),
      entry: this.#storedEntry(chat, message, others),
    };
  }

  /** The message that is answered, as far as it is held. */
  quote(chat: Chat, conversation: ConversationId, quote: Quote): QuoteView {
    const held = heldMessage(chat, conversation, quote.number);
    return {
      id: quote.message,
      number: quote.number,
      quoted:
        held === undefined || isHidden(chat, held.id)
          ? null
          : {
              sender: this.person(chat, held.sender),
              content: this.content(chat, held.content),
            },
    };
  }

  reaches(chat: Chat, thread: Thread): Reach[] {
    return otherMarkers(chat, thread).map((marker) => ({
      person: this.person(chat, marker.person),
      deliveredNumber: marker.delivered,
      readNumber: marker.read,
      readHidden: marker.hidden,
    }));
  }

  #preview(context: ViewContext, thread: Thread): Preview | null {
    const waiting = unsentIn(context, thread).at(-1);
    if (waiting !== undefined) {
      return {
        sender: this.person(context.chat, context.chat.me.id),
        content: unsentContent(waiting),
        at: waiting.writtenAt,
        tick: waiting.failed === null ? "pending" : "failed",
      };
    }
    const held = thread.timeline.messages;
    const message =
      held.findLast((one) => isShown(context.chat, one)) ??
      (held.length === 0 ? thread.conversation.last_message : null);
    if (message === null || !isShown(context.chat, message)) return null;
    const entry = this.#storedEntry(context.chat, message, otherMarkers(context.chat, thread));
    return {
      sender: entry.sender,
      content: entry.content,
      at: entry.at,
      tick: entry.state.kind === "stored" ? entry.state.tick : null,
    };
  }

  #storedEntry(chat: Chat, message: Message, others: readonly OtherMarker[]): Entry {
    const sender = this.person(chat, message.sender);
    const own = sender.self && message.content.kind === "text";
    const tick = own ? tickOf(message.number, others) : null;
    const content = this.content(chat, message.content);
    const quoted = message.quote && heldMessage(chat, message.conversation, message.quote.number);
    const starred = chat.personal.mark(message.id)?.starred ?? false;
    const listening = listeningOf(chat, message, others.length);
    const reactions = message.reactions ?? [];
    const reacting = reactions.flatMap(({ people }) => people).map((id) => this.person(chat, id));
    const from = [
      sender,
      tick,
      starred,
      quoted,
      stateOf(listening),
      ...peopleOf(content),
      ...reacting,
    ];
    const drawn = this.#stored.get(message);
    if (drawn !== undefined && same(drawn.from, from)) return drawn.entry;
    const entry: Entry = {
      key: message.client_id,
      sender,
      own,
      at: message.sent_at_ms,
      number: message.number,
      content,
      state: { kind: "stored", tick },
      id: message.id,
      editedAt: message.edited?.at_ms ?? null,
      quote: message.quote ? this.quote(chat, message.conversation, message.quote) : null,
      forwarded: message.forwarded ?? false,
      reactions: reactions.map(({ emoji, people }) => ({
        emoji,
        people: people.map((id) => this.person(chat, id)),
        mine: people.includes(chat.me.id),
      })),
      pinned: message.pin !== undefined,
      starred,
      mentionsMe: mentions(message.content, chat.me.id),
      listening,
    };
    this.#stored.set(message, { from, entry });
    return entry;
  }

  #unsentEntry(context: ViewContext, item: OutboxItem): Entry {
    const sender = this.person(context.chat, context.chat.me.id);
    const from = [sender, context.online];
    const drawn = this.#unsent.get(item);
    if (drawn !== undefined && same(drawn.from, from)) return drawn.entry;
    const discard = () => context.discard(item);
    const entry: Entry = {
      key: item.clientId,
      sender,
      own: true,
      at: item.writtenAt,
      number: null,
      content: unsentContent(item),
      state:
        item.failed === null
          ? // What takes its time can be given up under way; a text is there before one could.
            {
              kind: "pending",
              discard: context.online && item.files === undefined ? undefined : discard,
            }
          : { kind: "failed", problem: item.failed, retry: () => context.retry(item), discard },
      id: null,
      editedAt: null,
      quote: item.quote ? this.quote(context.chat, item.conversation, item.quote) : null,
      forwarded: false,
      reactions: [],
      pinned: false,
      starred: false,
      mentionsMe: false,
      listening: null,
    };
    this.#unsent.set(item, { from, entry });
    return entry;
  }

  content(chat: Chat, content: Content): ContentView {
    const person = (id: PersonId) => this.person(chat, id);
    switch (content.kind) {
      case "text": {
        const { attachments, ...text } = content;
        if (attachments === undefined) return text;
        const slot = this.slot;
        return { ...text, attachments: attachments.map((one) => storedAttachment(one, slot)) };
      }
      case "created":
        return content;
      case "call":
        return {
          kind: "call",
          media: content.media,
          ended: content.ended,
          durationMs: content.duration_ms,
          people: content.people.map(person),
        };
      case "deleted":
        return { kind: "deleted", by: person(content.by) };
      case "members_added":
        return notice({ kind: "members_added", people: content.people.map(person) });
      case "member_removed":
        return notice({ kind: "member_removed", person: person(content.person) });
      case "admin_changed":
        return notice({ ...content, person: person(content.person) });
      case "beep":
        return { kind: "beep", why: content.why ?? null };
      case "expired":
        return content;
      case "lifetime_changed":
        return notice({ kind: "lifetime_changed", seconds: content.lifetime_s ?? null });
      case "member_left":
      case "renamed":
        return notice(content);
    }
  }
}

function notice(of: GroupNotice): ContentView {
  return { kind: "notice", notice: of };
}

/** Everybody whom a content names. */
function peopleOf(content: ContentView): readonly PersonView[] {
  if (content.kind === "call") return content.people;
  if (content.kind === "deleted") return [content.by];
  if (content.kind !== "notice") return [];
  const { notice } = content;
  if (notice.kind === "members_added") return notice.people;
  return "person" in notice ? [notice.person] : [];
}

function unsentContent({ text, entities, files, sentBytes }: OutboxItem): ContentView {
  return {
    kind: "text",
    text,
    ...(entities !== undefined && { entities }),
    ...(files !== undefined && {
      attachments: files.map((file, index) =>
        unsentAttachment(file, sentBytes?.[index] ?? 0, index),
      ),
    }),
  };
}

/** A message that is held, by its number. */
export function heldMessage(
  chat: Chat,
  conversation: ConversationId,
  number: number,
): Message | undefined {
  const messages = chat.threads.get(conversation)?.timeline.messages ?? [];
  // Held messages have no holes.
  return messages[number - (messages[0]?.number ?? 0)];
}

function isShown(chat: Chat, { id, content }: Message): boolean {
  return content.kind !== "expired" && !isHidden(chat, id);
}

function isHidden(chat: Chat, message: MessageId): boolean {
  return chat.personal.mark(message)?.hidden ?? false;
}

function mentions(content: Content, person: PersonId): boolean {
  const entities = content.kind === "text" ? (content.entities ?? []) : [];
  return entities.some(({ style }) => style.kind === "mention" && style.person === person);
}

function isForMe(chat: Chat, { conversation }: Thread, message: Message): boolean {
  if (message.sender === chat.me.id || isHidden(chat, message.id)) return false;
  if (mentions(message.content, chat.me.id)) return true;
  const quoted = message.quote && heldMessage(chat, conversation.id, message.quote.number);
  return quoted?.sender === chat.me.id;
}

/** Who has listened to a message, where there is something to listen to. */
function listeningOf(chat: Chat, message: Message, others: number): Listening | null {
  const { content, sender, id } = message;
  const attachments = content.kind === "text" ? content.attachments : undefined;
  if (!attachments?.some(({ kind }) => kind === "voice")) return null;
  const mark = chat.personal.mark(id);
  if (sender !== chat.me.id) return { of: "theirs", done: mark?.listened ?? false };
  // In the place for oneself there is nobody to tell of.
  if (others === 0) return null;
  const count = mark?.listeners ?? 0;
  return { of: "mine", count, all: count >= others };
}

function stateOf(listening: Listening | null): string {
  return listening === null ? "" : Object.values(listening).join();
}

/** How many messages of a conversation one has not read and still can. */
export function unreadCount(chat: Chat, thread: Thread): number {
  const read = thread.markers.get(chat.me.id)?.read_number ?? 0;
  return countOutside(thread.conversation.expired ?? [], read, chat.messageCount(thread));
}

/** The first message of those, by number; null when there is none. */
export function firstUnread(chat: Chat, thread: Thread): number | null {
  const read = thread.markers.get(chat.me.id)?.read_number ?? 0;
  const first = firstOutside(thread.conversation.expired ?? [], read);
  return first <= chat.messageCount(thread) ? first : null;
}

type OtherMarker = { person: PersonId; delivered: number; read: number; hidden: boolean };

/** How far the other members are; who has no marker yet is nowhere. */
function otherMarkers(chat: Chat, thread: Thread): OtherMarker[] {
  return thread.conversation.members
    .filter((id) => id !== chat.me.id)
    .map((person) => {
      const marker = thread.markers.get(person);
      return {
        person,
        delivered: marker?.delivered_number ?? 0,
        read: marker?.read_number ?? 0,
        hidden: marker?.read_hidden ?? false,
      };
    });
}

function tickOf(number: number, others: readonly OtherMarker[]): "sent" | "delivered" | "read" {
  if (others.length === 0) return "sent";
  if (others.every(({ read }) => number <= read)) return "read";
  return others.every(({ delivered }) => number <= delivered) ? "delivered" : "sent";
}

/** An item may still wait for its acknowledgement when its message is already in the timeline. */
function unsentIn(context: ViewContext, thread: Thread): OutboxItem[] {
  const items = context.outbox.filter((item) => item.conversation === thread.conversation.id);
  if (items.length === 0) return items;
  const stored = new Set(
    thread.timeline.messages
      .filter(({ sender }) => sender === context.chat.me.id)
      .map((message) => message.client_id),
  );
  return items.filter(({ clientId }) => !stored.has(clientId));
}

function drawPerson(
  person: Person,
  presence: Presence | undefined,
  own: Chat | undefined,
  hidesLastSeen: boolean,
  slot: number,
): PersonView {
  return {
    id: person.id,
    username: person.username,
    name: person.full_name || person.username,
    role: person.role,
    availability: own ? ownAvailability(own, presence) : (presence?.availability ?? "offline"),
    // Who does not tell is not told.
    lastSeenAt: hidesLastSeen ? null : (presence?.last_seen_ms ?? null),
    statusText: (own ? own.status.text : presence?.text) ?? null,
    picture: person.picture === undefined ? null : thumbnailUrl(person.picture, slot),
    self: own !== undefined,
  };
}

/** As others see oneself; the server knows of the call and of one's other devices. */
function ownAvailability(chat: Chat, presence: Presence | undefined): Availability {
  const { status } = chat.status;
  if (status === "invisible") return "offline";
  return presence === undefined || presence.availability === "offline"
    ? status
    : presence.availability;
}

function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
