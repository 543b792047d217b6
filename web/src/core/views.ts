/**
 * Draws the snapshots that views show from what is known.
 *
 * Everything that did not change keeps its identity, so that a list of ten thousand entries draws
 * the one that did.
 */

import type { Chat, Thread } from "./chat";
import type { ContentView, ConversationRow, Entry, PersonView, Preview, Reach } from "./model";
import type { OutboxItem } from "./outbox";
import type {
  Availability,
  CallId,
  Content,
  ConversationId,
  Message,
  Person,
  PersonId,
  Presence,
} from "./protocol";
import { latest } from "./timeline";

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
};

/** Draws people, rows and entries, and remembers what it drew. */
export class Views {
  readonly #people = new Map<PersonId, { from: unknown[]; view: PersonView }>();
  readonly #stored = new WeakMap<Message, { from: unknown[]; entry: Entry }>();
  readonly #unsent = new WeakMap<OutboxItem, { from: unknown[]; entry: Entry }>();

  /** A person, known or not: somebody may have been removed whose messages remain. */
  person(chat: Chat, id: PersonId): PersonView {
    const person = chat.people.get(id) ?? { id, username: "", full_name: "", role: "member" };
    const presence = chat.presences.get(id);
    const self = id === chat.me.id;
    const from = [person.full_name, person.username, person.role, presence, self && chat.status];
    const drawn = this.#people.get(id);
    if (drawn !== undefined && same(drawn.from, from)) return drawn.view;
    const view = drawPerson(person, presence, self ? ownAvailability(chat) : undefined);
    this.#people.set(id, { from, view });
    return view;
  }

  /** Everybody but oneself, by name. */
  others(chat: Chat): PersonView[] {
    return [...chat.people.keys()]
      .filter((id) => id !== chat.me.id)
      .map((id) => this.person(chat, id))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  /** The group's title, or the other person's name. */
  title(chat: Chat, { conversation }: Thread): string {
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
    };
  }

  /** The stored messages, then those on their way. */
  entries(context: ViewContext, thread: Thread): Entry[] {
    const { messages } = thread.timeline;
    const others = otherMarkers(context.chat, thread);
    const stored = messages.map((message) => this.#storedEntry(context.chat, message, others));
    const waiting = unsentIn(context, thread).map((item) => this.#unsentEntry(context, item));
    return [...stored, ...waiting];
  }

  reaches(chat: Chat, thread: Thread): Reach[] {
    return otherMarkers(chat, thread).map((marker) => ({
      person: this.person(chat, marker.person),
      deliveredNumber: marker.delivered,
      readNumber: marker.read,
    }));
  }

  #preview(context: ViewContext, thread: Thread): Preview | null {
    const waiting = unsentIn(context, thread).at(-1);
    if (waiting !== undefined) {
      return {
        sender: this.person(context.chat, context.chat.me.id),
        content: { kind: "text", text: waiting.text },
        at: waiting.writtenAt,
        tick: waiting.failed === null ? "pending" : "failed",
      };
    }
    const message = latest(thread.timeline) ?? thread.conversation.last_message;
    if (message === null) return null;
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
    const content = this.#content(chat, message.content);
    const from = [sender, tick, ...(content.kind === "call" ? content.people : [])];
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
      content: { kind: "text", text: item.text },
      state:
        item.failed === null
          ? { kind: "pending", discard: context.online ? undefined : discard }
          : { kind: "failed", problem: item.failed, retry: () => context.retry(item), discard },
    };
    this.#unsent.set(item, { from, entry });
    return entry;
  }

  #content(chat: Chat, content: Content): ContentView {
    if (content.kind !== "call") return content;
    return {
      kind: "call",
      media: content.media,
      ended: content.ended,
      durationMs: content.duration_ms,
      people: content.people.map((id) => this.person(chat, id)),
    };
  }
}

/** How many messages of a conversation one has not read. */
export function unreadCount(chat: Chat, thread: Thread): number {
  const read = thread.markers.get(chat.me.id)?.read_number ?? 0;
  return Math.max(0, chat.messageCount(thread) - read);
}

type OtherMarker = { person: PersonId; delivered: number; read: number };

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
  own: Availability | undefined,
): PersonView {
  return {
    id: person.id,
    username: person.username,
    name: person.full_name || person.username,
    role: person.role,
    availability: own ?? presence?.availability ?? "offline",
    lastSeenAt: presence?.last_seen_ms ?? null,
    self: own !== undefined,
  };
}

function ownAvailability(chat: Chat): Availability {
  return chat.status === "invisible" ? "offline" : chat.status;
}

function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
