/**
 * What this tab knows of people and conversations: snapshots from `welcome`, kept in step by events.
 *
 * Holds and changes state; `views.ts` draws it for the screen, `app.ts` connects it with the world.
 */

import type { AppliedChange } from "./cache/history";
import type { Kept } from "./cache/storage";
import { expiresAt, remains } from "./lifetimes";
import { NO_OWN } from "./own";
import { Personal } from "./personal";
import type {
  BeepLeave,
  Call,
  Changes,
  ChosenStatus,
  Conversation,
  ConversationId,
  Event,
  Known,
  Limits,
  Marker,
  Message,
  Person,
  PersonalMark,
  PersonId,
  Preferences,
  Presence,
  Span,
  Welcome,
} from "./protocol";
import { addTo } from "./spans";
import {
  applyChange,
  applyChanges,
  latest,
  prependHistory,
  startTimeline,
  type Timeline,
} from "./timeline";

/** One conversation as it is known. */
export type Thread = {
  conversation: Conversation;
  timeline: Timeline;
  markers: ReadonlyMap<PersonId, Marker>;
  /** The latest state of the latest call, ended or not. */
  call: Call | null;
};

/** What the chat needs of the app. */
export type ChatOwner = {
  onChange: () => void;
  /** Changes up to `seq` are missing: ask for them and hand them to `onChanges`. */
  onHole: (conversation: ConversationId, seq: number) => void;
  /** A message came that this device did not have. */
  onMessage: (message: Message) => void;
  onCall: (call: Call, before: Call | null) => void;
  /** Messages were put into a conversation, also before what its timeline holds. */
  onApplied: (change: AppliedChange) => void;
};

/** People, presence and conversations of one signed-in person. */
export class Chat {
  me: Person;
  status: ChosenStatus = { status: "available" };
  preferences: Preferences = NO_OWN.preferences;
  loaded = false;
  readonly people = new Map<PersonId, Person>();
  readonly presences = new Map<PersonId, Presence>();
  readonly threads = new Map<ConversationId, Thread>();
  readonly beepLeaves = new Map<PersonId, BeepLeave>();
  readonly personal = new Personal();
  /** What the server allows; null until it said so. */
  limits: Limits | null = null;

  constructor(
    me: Person,
    private readonly owner: ChatOwner,
  ) {
    this.me = me;
    this.people.set(me.id, me);
  }

  /** Starts from what this device has kept. */
  restore({ people, threads }: Kept): void {
    // The snapshot that came first is the newer one.
    if (this.loaded) return;
    this.loaded = true;
    this.me = people.me;
    this.status = { status: people.status };
    for (const person of people.people) this.people.set(person.id, person);
    if (people.personal !== null) this.personal.restore(people.personal);
    for (const { id, conversation, markers, appliedSeq, last } of threads) {
      this.threads.set(id, {
        conversation,
        timeline: {
          messages: last === null ? [] : [last],
          appliedSeq,
          changedBefore: new Map(),
        },
        markers: new Map(markers.map((marker) => [marker.person, marker])),
        call: null,
      });
    }
    this.owner.onChange();
  }

  /** How far this device has got, for `hello`: in the conversations that are in use, when in many. */
  known(): Known[] {
    return [...this.threads.values()]
      .sort((one, other) => lastActivity(other) - lastActivity(one))
      .slice(0, MAX_KNOWN)
      .map(({ conversation, timeline }) => ({
        conversation: conversation.id,
        seq: timeline.appliedSeq,
      }));
  }

  /** Takes the server's snapshot, and what was missed in the conversations that are kept. */
  onWelcome(welcome: Welcome): void {
    this.me = welcome.me;
    this.status = welcome.status;
    this.loaded = true;
    this.limits = welcome.limits;
    this.personal.apply(welcome.personal);
    replaceAll(this.people, welcome.people, (person) => person.id);
    this.people.set(welcome.me.id, welcome.me);
    this.preferences = welcome.preferences;
    replaceAll(this.beepLeaves, welcome.beep_leaves ?? [], (leave) => leave.person);
    replaceAll(this.presences, welcome.presences, (presence) => presence.person);
    const kept = new Set(welcome.conversations.map(({ id }) => id));
    for (const id of this.threads.keys()) if (!kept.has(id)) this.threads.delete(id);
    const changes = new Map(welcome.changes.map((one) => [one.conversation, one]));
    for (const conversation of welcome.conversations) {
      this.#putConversation(
        conversation,
        changes.get(conversation.id) ?? this.#setBack(conversation),
      );
    }
    this.owner.onChange();
  }

  onEvent(event: Event): void {
    switch (event.type) {
      case "message_changed":
        this.onMessage(event.message);
        break;
      case "conversation_changed":
        this.onConversation(event.conversation);
        break;
      case "conversation_removed":
        this.threads.delete(event.conversation);
        break;
      case "personal_changed":
        this.personal.apply(event.changes);
        break;
      case "marker_changed":
        this.onMarker(event.conversation, event.marker);
        break;
      case "presence_changed":
        this.presences.set(event.presence.person, event.presence);
        break;
      case "person_changed":
        this.people.set(event.person.id, event.person);
        if (event.person.id === this.me.id) this.me = event.person;
        break;
      case "status_changed":
        this.status = event.status;
        break;
      case "preferences_changed":
        this.preferences = event.preferences;
        break;
      case "beep_leave_changed":
        this.beepLeaves.set(event.leave.person, event.leave);
        break;
      case "call_changed":
        this.onCall(event.call);
        break;
      case "typing":
      case "slots_changed":
      case "seat_moved":
      case "seat_lost":
        return;
    }
    this.owner.onChange();
  }

  /** A message as the server has it now, from an event or from the reply to sending it. */
  onMessage(message: Message): void {
    const thread = this.threads.get(message.conversation);
    if (thread === undefined) return;
    const applied = applyChange(thread.timeline, message);
    switch (applied.kind) {
      case "applied":
        this.#tellApplied(thread, [message], false);
        this.#putTimeline(withChanged(thread, [message]), applied.timeline);
        break;
      case "hole":
        this.owner.onHole(message.conversation, message.changed_seq);
        break;
      case "stale":
        return;
    }
  }

  onChanges(changes: Changes): void {
    const thread = this.threads.get(changes.conversation);
    if (thread === undefined) return;
    this.#tellApplied(thread, changes.messages, changes.gap);
    const changed = withChanged(thread, changes.messages);
    this.#putTimeline(changed, applyChanges(thread.timeline, changes));
    this.owner.onChange();
  }

  onHistory(
    conversation: ConversationId,
    page: readonly Message[],
    marks: readonly PersonalMark[] = [],
  ): void {
    this.personal.applyMarks(marks);
    const thread = this.threads.get(conversation);
    if (thread === undefined) return;
    this.threads.set(conversation, {
      ...thread,
      timeline: prependHistory(thread.timeline, page),
    });
    this.owner.onChange();
  }

  /** Whether the other member of a direct conversation has deleted their account. */
  isDeserted(id: ConversationId): boolean {
    const conversation = this.threads.get(id)?.conversation;
    if (conversation?.kind !== "direct") return false;
    return conversation.members.some((member) => this.people.get(member)?.role === "deleted");
  }

  /**
   * Forgets what messages said whose time is up at `now`; returns when the next one's is, or null. The
   * server says so too, a moment later.
   */
  expire(now: number): number | null {
    const retention = this.limits?.retention_ms;
    let next = Number.POSITIVE_INFINITY;
    for (const thread of this.threads.values()) {
      const gone = new Map<number, Message>();
      for (const message of thread.timeline.messages) {
        const at = expiresAt(message, retention);
        if (at <= now) gone.set(message.number, remains(message));
        else next = Math.min(next, at);
      }
      if (gone.size === 0) continue;
      const left = [...gone.values()];
      this.#tellApplied(thread, left, false);
      const messages = thread.timeline.messages.map((one) => gone.get(one.number) ?? one);
      const { conversation, ...rest } = withChanged(thread, left);
      const last = conversation.last_message;
      const last_message = last && (gone.get(last.number) ?? last);
      const timeline = { ...thread.timeline, messages };
      this.threads.set(conversation.id, {
        ...rest,
        conversation: { ...conversation, last_message },
        timeline,
      });
    }
    return next === Number.POSITIVE_INFINITY ? null : next;
  }

  /** A conversation as the server has it now: a new one, or its title or members changed. */
  onConversation(conversation: Conversation): void {
    this.#putConversation(conversation, undefined);
    this.owner.onChange();
  }

  /** Somebody got further; markers never go back. */
  onMarker(conversation: ConversationId, marker: Marker): void {
    const thread = this.threads.get(conversation);
    if (thread === undefined) return;
    const before = thread.markers.get(marker.person);
    const after = further(before, marker);
    // Views mark again whatever they draw again: drawing for nothing would go on for ever.
    if (before !== undefined && same(before, after)) return;
    const markers = new Map(thread.markers);
    markers.set(marker.person, after);
    this.threads.set(conversation, { ...thread, markers });
    this.owner.onChange();
  }

  /** A call as the server has it now; older states that arrive late are ignored. */
  onCall(call: Call): void {
    const thread = this.threads.get(call.conversation);
    if (thread === undefined) return;
    const before = thread.call?.id === call.id ? thread.call : null;
    if (before !== null && call.version <= before.version) return;
    this.threads.set(call.conversation, { ...thread, call });
    this.owner.onCall(call, before);
    this.owner.onChange();
  }

  /** The call under way in a conversation. */
  liveCall(conversation: ConversationId): Call | null {
    const call = this.threads.get(conversation)?.call ?? null;
    return call !== null && call.state.kind !== "ended" ? call : null;
  }

  /** How many messages there are, as far as is known. */
  messageCount(thread: Thread): number {
    return Math.max(thread.conversation.message_count, latest(thread.timeline)?.number ?? 0);
  }

  #putConversation(conversation: Conversation, changes: Changes | undefined): void {
    const held = this.threads.get(conversation.id);
    const markers = new Map<PersonId, Marker>();
    for (const marker of conversation.markers) {
      markers.set(marker.person, further(held?.markers.get(marker.person), marker));
    }
    const before = held?.call ?? null;
    const call = newerCall(before, conversation.call);
    let timeline = held?.timeline ?? startTimeline(conversation);
    // Too far behind: what is held cannot be joined with the present.
    if (changes?.gap === true && changes.messages.length === 0) {
      timeline = { ...startTimeline(conversation), appliedSeq: changes.up_to_seq };
      if (held !== undefined) this.#tellApplied(held, timeline.messages, true);
    } else if (changes !== undefined) {
      if (held !== undefined) this.#tellApplied(held, changes.messages, changes.gap);
      timeline = applyChanges(timeline, changes);
    }
    const thread = { conversation, timeline, markers, call };
    this.threads.set(conversation.id, thread);
    if (timeline !== held?.timeline) this.#tellMessages(held?.timeline ?? null, timeline);
    if (call !== null && call !== before) this.owner.onCall(call, before);
    if (timeline.appliedSeq < conversation.last_seq) {
      this.owner.onHole(conversation.id, conversation.last_seq);
    }
  }

  /** A server that was put back to an earlier day knows less than this device: it is right. */
  #setBack({ id, last_seq }: Conversation): Changes | undefined {
    const applied = this.threads.get(id)?.timeline.appliedSeq ?? 0;
    if (applied <= last_seq) return undefined;
    return { conversation: id, messages: [], up_to_seq: last_seq, gap: true };
  }

  #putTimeline(thread: Thread, timeline: Timeline): void {
    const markers = withSenders(thread, timeline);
    this.threads.set(thread.conversation.id, { ...thread, timeline, markers });
    this.#tellMessages(thread.timeline, timeline);
  }

  /** Before the timeline has them, so that it is known from where on they are. */
  #tellApplied(
    { conversation, timeline }: Thread,
    messages: readonly Message[],
    restarted: boolean,
  ): void {
    const sinceSeq = timeline.appliedSeq;
    this.owner.onApplied({ conversation: conversation.id, messages, sinceSeq, restarted });
  }

  #tellMessages(before: Timeline | null, after: Timeline): void {
    const had = (before && latest(before)?.number) ?? 0;
    for (const message of after.messages) if (message.number > had) this.owner.onMessage(message);
  }
}

/** Notes which of the changed messages are pinned now, and which have disappeared. */
function withChanged(thread: Thread, changed: readonly Message[]): Thread {
  const { conversation } = thread;
  const gone = changed.filter(({ content }) => content.kind === "expired");
  const held = conversation.expired ?? NO_SPANS;
  const expired = addTo(
    held,
    gone.map(({ number }) => number),
  );
  if (expired === held) return withPins(thread, changed);
  return withPins({ ...thread, conversation: { ...conversation, expired } }, changed);
}

function withPins(thread: Thread, changed: readonly Message[]): Thread {
  const held = thread.conversation.pinned ?? [];
  const pinned = new Set(held);
  for (const { number, pin } of changed) {
    if (pin === undefined) pinned.delete(number);
    else pinned.add(number);
  }
  if (pinned.size === held.length && held.every((number) => pinned.has(number))) return thread;
  const numbers = [...pinned].sort((one, other) => one - other);
  return { ...thread, conversation: { ...thread.conversation, pinned: numbers } };
}

/** Whoever wrote what is new has it, and has read everything above it; no event says so. */
function withSenders(
  { timeline, markers }: Thread,
  after: Timeline,
): ReadonlyMap<PersonId, Marker> {
  const had = latest(timeline)?.number ?? 0;
  const raised = new Map(markers);
  for (const { number, sender } of after.messages) {
    const held = raised.get(sender);
    if (number <= had || held === undefined) continue;
    const read_number = held.read_hidden === true ? held.read_number : number;
    raised.set(sender, further(held, { ...held, delivered_number: number, read_number }));
  }
  return raised;
}

function further(held: Marker | undefined, marker: Marker): Marker {
  if (held === undefined) return marker;
  const delivered_number = Math.max(held.delivered_number, marker.delivered_number);
  // What was told before somebody began to read privately is told no more.
  if (marker.read_hidden === true) return { ...marker, delivered_number };
  const read_number = Math.max(held.read_number, marker.read_number);
  return { person: marker.person, delivered_number, read_number };
}

function same(one: Marker, other: Marker): boolean {
  return (
    one.delivered_number === other.delivered_number &&
    one.read_number === other.read_number &&
    one.read_hidden === other.read_hidden
  );
}

/** Which of two states to believe. A snapshot without a call ends what was thought to go on. */
function newerCall(held: Call | null, snapshot: Call | null): Call | null {
  if (snapshot === null) {
    if (held === null || held.state.kind === "ended") return held;
    return { ...held, state: { kind: "ended", reason: "completed" }, participants: [] };
  }
  if (held?.id === snapshot.id && held.version >= snapshot.version) return held;
  return snapshot;
}

function lastActivity({ conversation, timeline }: Thread): number {
  return latest(timeline)?.sent_at_ms ?? conversation.created_at_ms;
}

function replaceAll<Key, Value>(
  map: Map<Key, Value>,
  values: readonly Value[],
  key: (value: Value) => Key,
): void {
  map.clear();
  for (const value of values) map.set(key(value), value);
}

const NO_SPANS: Span[] = [];

/** Conversations named in one `hello`: so many fit into a frame of 64 KiB. */
const MAX_KNOWN = 800;
