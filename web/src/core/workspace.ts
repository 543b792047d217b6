/**
 * Everything of one signed-in person in this tab: connects what is known (`chat.ts`) with the
 * server, and draws the snapshots.
 *
 * Changes mark the snapshots as out of date; they are drawn again once at the end of the turn,
 * however many changes it brought.
 */

import { Attention } from "./attention";
import { Beginning } from "./beginning";
import { History } from "./cache/history";
import { Calls } from "./call/calls";
import type { CallStats } from "./call/debug";
import { Chat } from "./chat";
import { type Ask, Connection, type Link, problemOf } from "./connection";
import { delivery } from "./delivery";
import { Drafts, draftFrom, draftTo } from "./drafts";
import { MessageActions } from "./entry-actions";
import type { Cancel, Environment } from "./environment";
import { Guest } from "./guest";
import { HiddenNotices } from "./hidden-notices";
import { Holes } from "./holes";
import { Host } from "./hosting";
import { catalogue, type Language } from "./i18n";
import { Lifetimes } from "./lifetimes";
import { drawConversations, drawPeople, type ListingOwner } from "./listing";
import { Marks } from "./marks";
import type { Notices } from "./notices";
import { Opened } from "./opened";
import { Outbox } from "./outbox";
import { Own } from "./own";
import { PlaceControl } from "./place";
import { profileActions } from "./profile";
import type { CallId, ConversationId, DeviceId, Event, Message, Person, Welcome } from "./protocol";
import { PushControl } from "./push";
import { Standing } from "./standing";
import type { WorkspaceStores } from "./stores";
import { TypingPeople } from "./typing";
import { uuid7 } from "./uuid";
import { unreadCount, type ViewContext, Views } from "./views";

/** What a workspace needs of the app. */
export type WorkspaceOwner = {
  stores: WorkspaceStores;
  notices: Notices;
  onSignedOut: () => void;
  signOut: () => void;
  onUnopened: () => void;
  language: () => Language;
};

/** One signed-in person in one tab. */
export class Workspace {
  readonly #connection: Connection;
  readonly #chat: Chat;
  readonly #calls: Calls;
  readonly #host: Host;
  readonly #guest: Guest;
  readonly #own: Own;
  readonly #messages: MessageActions;
  readonly #outbox: Outbox;
  readonly #marks: Marks;
  readonly #typing: TypingPeople;
  readonly #drafts: Drafts;
  readonly #place: PlaceControl;
  readonly #views: Views;
  readonly #lifetimes: Lifetimes;
  readonly #holes: Holes;
  readonly #history: History;
  readonly #opened: Opened;
  /** What the lists are drawn from. */
  readonly #lists: ListingOwner;
  readonly #standing: Standing;
  #drawing = false;
  #stopped = false;
  readonly #push: PushControl;
  readonly #hidden: HiddenNotices;
  readonly #attention: Attention;
  readonly #cancels: readonly Cancel[];

  constructor(
    environment: Environment,
    me: Person,
    slot: number,
    device: DeviceId,
    private readonly owner: WorkspaceOwner,
  ) {
    const { clock, page } = environment;
    const { notices } = owner;
    this.#views = new Views(slot, () => catalogue(owner.language()).people.deleted);
    const onChange = () => this.#changed();
    const ask: Ask = (request, expected) => this.#connection.request(request, expected);
    const online = () => this.#connection.online;
    const now = () => this.#standing.now();
    const newId = () => uuid7(clock.now());
    this.#standing = new Standing({
      clock,
      page,
      mayReload: () => this.#calls.joined === null,
      held: () => this.#outbox.held,
      open: () => this.#connection.open(),
    });
    this.#chat = new Chat(me, {
      onChange,
      onHole: (conversation, seq) => this.#holes.fill(conversation, seq),
      onMessage: (message) => this.#onMessage(message),
      onCall: (call, before) => {
        this.#calls.onCall(call, before);
        this.#hidden.onCall(call, before);
      },
      onApplied: (change) => this.#history.applied(change),
    });
    this.#lifetimes = new Lifetimes({ clock, chat: this.#chat, now, onChange });
    this.#history = new History(this.#chat, {
      storage: environment.history,
      clock,
      onState: (state) => {
        owner.stores.storage.set(state);
        if (state === "full") notices.storageFull();
      },
    });
    this.#holes = new Holes({
      appliedSeq: (id) => this.#chat.threads.get(id)?.timeline.appliedSeq,
      ask: async (conversation, since_seq) => {
        const request = { type: "changes", conversation, since_seq } as const;
        return (await this.#connection.request(request, "changes")).changes;
      },
      onChanges: (changes) => this.#chat.onChanges(changes),
    });
    this.#calls = new Calls({
      environment,
      chat: this.#chat,
      views: this.#views,
      notices,
      device,
      ask,
      online,
      now,
      title: (id) => this.#title(id),
      hosting: (id) => this.#host.draw(id),
      onChange,
      onLevels: (levels) => owner.stores.levels.set(levels),
    });
    this.#host = new Host({
      environment,
      chat: this.#chat,
      views: this.#views,
      notices,
      ask,
      online,
      title: (id) => this.#title(id),
      onChange,
    });
    this.#guest = new Guest({
      tab: environment.tab,
      join: (id, { microphone, camera }) => this.#calls.enter(id, microphone, camera),
      open: (id) => this.openConversation(id),
      leave: owner.signOut,
    });
    this.#own = new Own({
      chat: this.#chat,
      views: this.#views,
      online,
      now,
      newId,
      ask,
      open: (id) => this.openConversation(id),
      onChange,
      tellProblem: (problem) => notices.problem(problem),
    });
    this.#messages = new MessageActions({
      chat: this.#chat,
      views: this.#views,
      context: () => this.#context(),
      online,
      now,
      newId,
      ask,
      kept: (conversation) => this.#history.everything(conversation),
      drafts: () => this.#drafts,
      quote: (message) => this.#opened.quote({ message: message.id, number: message.number }),
      onChange,
      tellProblem: (problem) => notices.problem(problem),
    });
    this.#connection = new Connection(environment, slot, device, {
      known: () => this.#chat.known(),
      personalSeq: () => this.#chat.personal.seq,
      onLink: (link) => this.#onLink(link),
      onWelcome: (welcome) => this.#onWelcome(welcome),
      onEvent: (event) => this.#onEvent(event),
      onSignedOut: owner.onSignedOut,
      onUnopened: owner.onUnopened,
    });
    this.#outbox = new Outbox(me.id, environment.outbox, clock, {
      ...delivery({
        environment,
        slot,
        ask,
        onDelivered: (message) => this.#onDelivered(message),
      }),
      onChange,
      onStorageFull: () => notices.storageFull(),
    });
    this.#marks = new Marks((conversation, { delivered, read }) =>
      this.#connection.request(
        { type: "mark", conversation, delivered_number: delivered, read_number: read },
        "done",
      ),
    );
    this.#typing = new TypingPeople(clock, onChange);
    this.#drafts = new Drafts(me.id, {
      storage: environment.shared,
      clock,
      online,
      shared: (id) => draftFrom(this.#chat.personal.keep(id).draft),
      share: (conversation, mine) => {
        const draft = draftTo(mine);
        return this.#connection.request(
          { type: "keep", conversation, change: { kind: "draft", draft } },
          "done",
        );
      },
    });
    this.#place = new PlaceControl({
      environment,
      ask,
      problemOf,
      online,
      onChange,
    });
    this.#push = new PushControl({
      notifier: environment.notifier,
      shared: environment.shared,
      me: me.id,
      guest: me.role === "guest",
      language: owner.language,
      online,
      ask,
      onChange,
    });
    this.#hidden = new HiddenNotices({
      chat: this.#chat,
      notifier: environment.notifier,
      device: () => this.#push.device,
      visible: () => page.visible(),
      now,
      unread: (id) => {
        const thread = this.#chat.threads.get(id);
        return thread === undefined ? 1 : Math.max(1, unreadCount(this.#chat, thread));
      },
    });
    this.#opened = new Opened({
      environment,
      chat: this.#chat,
      views: this.#views,
      history: this.#history,
      drafts: this.#drafts,
      outbox: this.#outbox,
      messages: this.#messages,
      calls: this.#calls,
      own: this.#own,
      host: this.#host,
      online,
      isGuest: () => this.#chat.me.role === "guest",
      ask,
      markRead: (conversation, number) => this.#markRead(conversation, number),
      onChange,
      drawNow: () => this.#draw(),
    });
    this.#lists = {
      views: this.#views,
      own: this.#own,
      profile: profileActions({
        fetch: environment.fetch,
        clock,
        slot,
        picture: () => this.#chat.me.picture,
        ask,
      }),
      beginning: new Beginning({
        chat: this.#chat,
        newId,
        ask,
        open: (id) => this.openConversation(id),
        tellProblem: (problem) => notices.problem(problem),
      }),
      messages: this.#messages,
      calls: this.#calls,
    };
    this.#attention = new Attention({
      clock,
      visible: () => page.visible(),
      online,
      ask,
    });
    this.#cancels = [
      page.onUse(() => this.#attention.used()),
      page.onSight(() => this.#attention.seen()),
      page.onWake(() => this.#connection.wake()),
      page.onUpdate(() => {
        this.#standing.onUpdate();
        onChange();
      }),
    ];
  }

  /** Shows what this device has kept, then goes and asks what is new. */
  async start(): Promise<void> {
    this.#outbox.load().catch(() => {});
    this.#push.load().catch(() => {});
    const kept = await this.#history.load();
    if (this.#stopped) return;
    if (kept !== null) this.#chat.restore(kept);
    this.#opened.show();
    this.#connection.open();
  }

  stop(): void {
    this.#calls.stop();
    this.#drafts.stop();
    this.#stopped = true;
    this.#lifetimes.stop();
    this.#attention.stop();
    for (const cancel of this.#cancels) cancel();
    this.#opened.stop();
    this.#typing.clear();
    this.#connection.close();
    this.#history.stop();
  }

  /** The server's clock, in ms since 1970. */
  now(): number {
    return this.#standing.now();
  }

  /** What is set for this browser has changed. */
  onPreferences(): void {
    this.#calls.onPreferences();
  }

  /** The language is another, or what the browser lets through. */
  onNotifier(): void {
    this.#push.onChanged();
    this.#changed();
  }

  answer(call: CallId): void {
    this.#calls.answer(call);
  }

  moveCall(): void {
    this.#calls.move();
  }

  callStats(): Promise<CallStats | null> {
    return this.#calls.stats();
  }

  openConversation(conversation: ConversationId | null): void {
    this.#opened.open(conversation);
  }

  // ---------------------------------------------------------------- from the server

  #onLink(link: Link): void {
    const wasOnline = this.#standing.onLink(link);
    const online = link.kind === "online";
    if (wasOnline && !online) this.#typing.clear();
    this.#outbox.setOnline(online);
    if (online) {
      for (const { conversation, timeline } of this.#chat.threads.values()) {
        if (timeline.appliedSeq < conversation.last_seq) {
          this.#holes.fill(conversation.id, conversation.last_seq);
        }
      }
      this.#opened.onOnline();
      void this.#marks.flush();
      void this.#drafts.share();
      this.#calls.onOnline();
      this.#attention.onOnline();
      this.#guest.onOnline();
    }
    this.#changed();
  }

  #onWelcome(welcome: Welcome): void {
    if (welcome.me.id !== this.#chat.me.id) {
      // Another tab has signed somebody else in where this person was.
      this.#connection.close();
      this.owner.onSignedOut();
      return;
    }
    this.#standing.onWelcome(welcome);
    this.#holes.clear();
    for (const { id, markers } of welcome.conversations) {
      const own = markers.find(({ person }) => person === welcome.me.id);
      this.#marks.known(id, {
        delivered: own?.delivered_number ?? 0,
        read: own?.read_number ?? 0,
      });
    }
    this.#place.onWelcome(welcome.place, welcome.me);
    this.#chat.onWelcome(welcome);
    this.#drafts.follow(welcome.personal.conversations.map(({ conversation }) => conversation));
    this.#push.onWelcome(welcome.push_key);
    this.#host.onWelcome(welcome.lobbies ?? []);
    this.#guest.onWelcome(welcome.guest);
    for (const [id, thread] of this.#chat.threads) {
      // What was read offline is told now.
      const read = thread.markers.get(welcome.me.id)?.read_number ?? 0;
      this.#marks.reach(id, { delivered: this.#chat.messageCount(thread), read });
    }
  }

  #onEvent(event: Event): void {
    if (event.type === "typing") {
      if (event.person === this.#chat.me.id) return;
      if (event.active) this.#typing.started(event.conversation, event.person);
      else this.#typing.stopped(event.conversation, event.person);
      return;
    }
    if (event.type === "lobby_changed") this.#host.onLobby(event.lobby);
    if (event.type === "person_changed") this.#place.onPerson(event.person);
    this.#chat.onEvent(event);
    if (event.type === "personal_changed") {
      this.#drafts.follow(event.changes.conversations.map(({ conversation }) => conversation));
    }
    if (event.type === "marker_changed" && event.marker.person === this.#chat.me.id) {
      this.#hidden.onRead(event.conversation, event.marker.read_number);
    }
    this.#calls.onEvent(event);
  }

  #onMessage(message: Message): void {
    this.#typing.stopped(message.conversation, message.sender);
    if (message.sender === this.#chat.me.id) this.#outbox.remove(message.client_id);
    this.#own.onMessage(message);
    this.#hidden.onMessage(message);
    this.#marks.reach(message.conversation, { delivered: message.number });
  }

  // ---------------------------------------------------------------- to the server

  async #onDelivered(message: Message): Promise<void> {
    this.#chat.onMessage(message);
    // The entry must not vanish between being acknowledged and being in the timeline.
    await this.#holes.filled(message.conversation);
    // Who answers has seen what was there.
    this.#markRead(message.conversation, message.number);
    this.#changed();
  }

  #markRead(conversation: ConversationId, number: number): void {
    const person = this.#chat.me.id;
    this.#chat.onMarker(conversation, { person, delivered_number: number, read_number: number });
    this.#marks.reach(conversation, { read: number });
    this.#hidden.onRead(conversation, number);
  }

  // ---------------------------------------------------------------- snapshots

  #changed(): void {
    this.#history.changed();
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => this.#draw());
  }

  #draw(): void {
    this.#drawing = false;
    if (this.#stopped) return;
    const { stores } = this.owner;
    this.#lifetimes.look();
    const context = this.#context();
    stores.connection.set(this.#standing.draw());
    stores.place.set(this.#place.draw());
    stores.people.set(drawPeople(context, this.#lists));
    stores.conversations.set(drawConversations(context, this.#lists));
    stores.open.set(this.#opened.draw(context));
    stores.rings.set(this.#calls.drawRings());
    stores.beeps.set(this.#own.drawBeeps());
    stores.beepAsks.set(this.#own.drawAsks());
    stores.call.set(this.#calls.drawCurrent());
    stores.heldCall.set(this.#calls.drawHeld());
    stores.guest.set(this.#guest.draw());
    stores.lobbies.set(this.#host.drawLobbies());
    stores.preview.set(this.#calls.drawPreview());
    stores.push.set(this.#push.draw());
    this.#calls.answerIfWanted(stores.rings.get());
    if (this.#chat.loaded) this.#hidden.count(stores.conversations.get().unread);
  }

  #context(): ViewContext {
    return {
      chat: this.#chat,
      outbox: this.#outbox.items,
      typing: (id) => this.#typing.in(id),
      draft: (id) => this.#drafts.get(id).text,
      joinedCall: this.#calls.joined,
      online: this.#connection.online,
      retry: ({ clientId }) => this.#outbox.retry(clientId),
      discard: ({ clientId }) => this.#outbox.remove(clientId),
      now: () => this.#standing.now(),
      keep: (conversation, change) => void this.#own.keep(conversation, change),
      markRead: (conversation, number) => this.#markRead(conversation, number),
    };
  }

  #title(id: ConversationId): string {
    const thread = this.#chat.threads.get(id);
    return thread === undefined ? "" : this.#views.title(this.#chat, thread);
  }
}
