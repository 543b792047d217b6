/** A server small enough to read and true enough to test against: one conversation log for each id. */

import type { Socket, SocketListener } from "../environment";
import { NO_OWN } from "../own";
import type {
  Call,
  ClientFrame,
  Conversation,
  Event,
  FailureCode,
  GuestPass,
  Invitation,
  Known,
  Lobby,
  Message,
  Person,
  PersonalChanges,
  Reply,
  Request,
  ServerFrame,
  Slot,
} from "../protocol";

/** People of the tests. */
export const ANA: Person = { id: "ana", username: "ana", full_name: "Ana Abalo", role: "owner" };
export const BEN: Person = { id: "ben", username: "ben", full_name: "Ben Bocco", role: "member" };
export const EVA: Person = { id: "eva", username: "eva", full_name: "Eva Edoh", role: "member" };
export const PEOPLE = [ANA, BEN, EVA];

/** What the tests' server holds. Ana is the one at the page. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly requests: Request[] = [];
  readonly conversations = new Map<string, Conversation>();
  readonly messages: Message[] = [];
  /** Requests of these kinds are refused, each time. */
  /** What is answered instead of `done`. */
  readonly replies = new Map<Request["type"], Reply>();
  readonly refuses = new Map<Request["type"], FailureCode>();
  /** Replies to requests of these kinds get lost: the work is done, the socket breaks. */
  readonly losesReplyTo = new Set<Request["type"]>();
  /** Requests of these kinds are never answered. */
  readonly ignores = new Set<Request["type"]>();
  /** What a search finds. */
  found: Omit<Extract<Reply, { type: "found" }>, "type"> = { found: [], more: false };
  /** What Ana keeps for herself. */
  /** How the one at the page stands as a guest. */
  guest: GuestPass | null = null;
  lobbies: Lobby[] = [];
  /** The key of its pushes; null where it has none. */
  pushKey: string | null = "server-key";
  personal: PersonalChanges = { seq: 0, conversations: [], marks: [], gap: false };
  /** What the answer to an offer says of the slots. */
  slots: Slot[] = [];
  /** What the server answers at other addresses, by method and path. */
  readonly answers = new Map<string, (body: unknown) => Response>([
    ["GET /api/setup", () => json(200, { needed: false, place: "Kitchens" })],
  ]);
  /** Who is further behind than so many changes is told to page. */
  maxChanges = Number.POSITIVE_INFINITY;
  version = "1.0.0";
  reachable = true;
  accounts = [{ person: ANA, slot: 0 }];
  #seconds = 0;
  #nextParticipant = 1;

  constructor() {
    this.conversation("kitchen", [ANA, BEN, EVA]);
  }

  conversation(id: string, members: readonly Person[]): Conversation {
    const conversation: Conversation = {
      id,
      kind: "group",
      title: id,
      members: members.map((person) => person.id),
      last_seq: 0,
      message_count: 0,
      markers: members.map((person) => ({
        person: person.id,
        delivered_number: 0,
        read_number: 0,
      })),
      last_message: null,
      call: null,
      created_at_ms: 1_000,
    };
    this.conversations.set(id, conversation);
    return conversation;
  }

  readonly openSocket = (path: string, listener: SocketListener): Socket => {
    const socket = new FakeSocket(path, listener, (frame) => this.#receive(socket, frame));
    this.sockets.push(socket);
    queueMicrotask(() => {
      if (this.reachable) socket.open();
      else socket.break(1006);
    });
    return socket;
  };

  readonly fetch = async (path: string, init?: RequestInit): Promise<Response> => {
    if (!this.reachable) throw new TypeError("Failed to fetch");
    if (path === "/api/accounts") return json(200, { accounts: this.accounts, demo: [] });
    const answer = this.answers.get(`${init?.method ?? "GET"} ${path}`);
    if (answer !== undefined)
      return answer(init?.body == null ? null : JSON.parse(String(init.body)));
    if (path !== "/api/session") return json(404, {});
    if (init?.method !== "POST") {
      return json(200, this.#account(new Headers(init?.headers).get("x-palabre-slot")));
    }
    const { username, password } = JSON.parse(String(init.body)) as Record<string, string>;
    const person = PEOPLE.find((one) => one.username === username);
    if (person === undefined || password !== "right") {
      return json(401, { code: "wrong_credentials", message: "" });
    }
    const account = { person, slot: this.accounts.length };
    this.accounts = [...this.accounts, account];
    return json(200, account);
  };

  /** The socket in use. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("nobody connected");
    return socket;
  }

  requestsOf<Kind extends Request["type"]>(kind: Kind): Extract<Request, { type: Kind }>[] {
    return this.requests.filter(
      (request): request is Extract<Request, { type: Kind }> => request.type === kind,
    );
  }

  /** Somebody writes; `tell: false` loses the event. */
  post(person: Person, text: string, tell = true, conversation = "kitchen"): Message {
    const message = this.#store(conversation, person.id, `${person.id}-${text}`, text);
    if (tell) this.tell({ type: "message_changed", message });
    return message;
  }

  /** Somebody beeps in their conversation with Ana. */
  beep(person: Person, why: string, sentAt: number): void {
    const stored = this.#store(person.username, person.id, `beep-${why}-${sentAt}`, "");
    const message: Message = { ...stored, sent_at_ms: sentAt, content: { kind: "beep", why } };
    this.messages[this.messages.indexOf(stored)] = message;
    this.#conversation(person.username).last_message = message;
    this.tell({ type: "message_changed", message });
  }

  /** What somebody wrote before the page was opened. */
  past(person: Person, text: string): void {
    this.#store("kitchen", person.id, `${person.id}-${text}`, text);
  }

  /** Somebody has read everything, or up to a number. */
  readAll(person: Person, upTo?: number, conversation = "kitchen"): void {
    const { markers, message_count } = this.#conversation(conversation);
    const marker = markers.find((one) => one.person === person.id);
    if (marker === undefined) return;
    marker.read_number = Math.max(marker.read_number, upTo ?? message_count);
    marker.delivered_number = Math.max(marker.delivered_number, marker.read_number);
  }

  /** Somebody changes what a message says; `tell: false` loses the event. */
  edit({ id }: Message, text: string, tell = true): void {
    const index = this.messages.findIndex((message) => message.id === id);
    const before = this.messages[index];
    if (before === undefined) throw new Error(`no message ${id}`);
    const conversation = this.#conversation(before.conversation);
    conversation.last_seq += 1;
    const message: Message = {
      ...before,
      changed_seq: conversation.last_seq,
      content: { kind: "text", text },
    };
    this.messages[index] = message;
    if (conversation.last_message?.id === id) conversation.last_message = message;
    if (tell) this.tell({ type: "message_changed", message });
  }

  /** Takes the one at the page out of a conversation. */
  remove(conversation: string): void {
    this.conversations.delete(conversation);
  }

  tell(event: Event): void {
    this.socket.receive({ frame: "event", event });
  }

  /** Puts a call in its present state and tells it. */
  putCall(call: Call): void {
    const conversation = this.#conversation(call.conversation);
    conversation.call = call.state.kind === "ended" ? null : call;
    this.tell({ type: "call_changed", call });
  }

  /** The server goes down; `up` brings it back. */
  down(): void {
    this.reachable = false;
    this.socket.break(1012);
  }

  up(): void {
    this.reachable = true;
  }

  #receive(socket: FakeSocket, { id, request }: ClientFrame): void {
    this.requests.push(request);
    if (this.ignores.has(request.type)) return;
    const refusal = this.refuses.get(request.type);
    queueMicrotask(() => {
      if (refusal !== undefined) {
        socket.receive({ frame: "failure", id, failure: { code: refusal, message: "" } });
        return;
      }
      const reply = this.#reply(request, socket);
      if (this.losesReplyTo.delete(request.type)) socket.break(1006);
      else socket.receive({ frame: "reply", id, reply });
    });
  }

  #reply(request: Request, socket: FakeSocket): Reply {
    switch (request.type) {
      case "hello": {
        const slot = new URLSearchParams(socket.path.split("?")[1]).get("slot");
        return this.#welcome(this.#account(slot).person, request.known);
      }
      case "send_message": {
        const { conversation, client_id, text, entities, quote } = request;
        const message = this.#store(conversation, ANA.id, client_id, text);
        if (entities !== undefined) message.content = { kind: "text", text, entities };
        const quoted = this.messages.find(({ id }) => id === quote);
        if (quoted !== undefined) message.quote = { message: quoted.id, number: quoted.number };
        return { type: "message", message };
      }
      case "search":
        return { type: "found", ...structuredClone(this.found) };
      case "edit_message":
      case "delete_message":
      case "react":
      case "pin_message":
        return { type: "message", message: this.#change(request) };
      case "history": {
        const older = this.messages.filter(
          ({ conversation, number }) =>
            conversation === request.conversation && number < (request.before_number ?? Infinity),
        );
        return { type: "history", messages: older.slice(-request.limit), more: false };
      }
      case "changes":
        return {
          type: "changes",
          changes: this.#changes({ conversation: request.conversation, seq: request.since_seq }),
        };
      case "create_conversation": {
        const members = PEOPLE.filter(({ id }) => id === ANA.id || request.members.includes(id));
        return {
          type: "conversation",
          conversation: this.conversation(request.title ?? "direct", members),
        };
      }
      case "mark":
        this.readAll(ANA, request.read_number, request.conversation);
        return { type: "done" };
      case "start_call": {
        const conversation = this.#conversation(request.conversation);
        conversation.call ??= aCall({ conversation: conversation.id, started_by: ANA.id });
        return { type: "call", call: conversation.call };
      }
      case "set_hold":
        return this.#hold(request.participant, request.on_hold);
      case "join_call":
        return this.#join(request.call);
      case "move_seat":
        this.#seconds += 1;
        return this.#answer(`second-${this.#seconds}`, this.#callOf(request.participant));
      case "offer":
        return this.#answer(request.participant, this.#callOf(request.participant));
      case "create_invitation": {
        const { role, uses } = request;
        const invitation = anInvitation({ role, uses, uses_left: uses });
        return { type: "invitation", invitation, code: "code-of-invitation" };
      }
      case "invitations":
        return { type: "invitations", invitations: [anInvitation({ id: "older" })] };
      default:
        return this.replies.get(request.type) ?? { type: "done" };
    }
  }

  /** Who is signed in in a slot; the first one where none is named. */
  #account(slot: string | null) {
    const account = this.accounts.find((one) => String(one.slot) === slot) ?? this.accounts[0];
    if (account === undefined) throw new Error("nobody is signed in");
    return account;
  }

  #welcome(me: Person, known: readonly Known[]): Reply {
    return {
      type: "welcome",
      me,
      status: { status: "available" },
      preferences: NO_OWN.preferences,
      people: PEOPLE,
      place: "Kitchens",
      presences: [{ person: BEN.id, availability: "available", last_seen_ms: null }],
      conversations: [...this.conversations.values()].map((one) => structuredClone(one)),
      changes: known
        .filter(({ conversation }) => this.conversations.has(conversation))
        .map((one) => this.#changes(one)),
      personal: structuredClone(this.personal),
      ...(this.guest !== null && { guest: this.guest }),
      ...(this.pushKey !== null && { push_key: this.pushKey }),
      lobbies: structuredClone(this.lobbies),
      limits: {
        edit_window_ms: null,
        delete_window_ms: null,
        max_file_bytes: 50 << 20,
        max_files: 10,
      },
      now_ms: 1_790_000_000_000,
      version: this.version,
    };
  }

  #changes({ conversation, seq }: Known) {
    const { last_seq } = this.#conversation(conversation);
    const isGap = seq > last_seq || last_seq - seq > this.maxChanges;
    const messages = this.messages
      .filter((message) => message.conversation === conversation && message.changed_seq > seq)
      .sort((one, other) => one.changed_seq - other.changed_seq);
    return { conversation, messages: isGap ? [] : messages, up_to_seq: last_seq, gap: isGap };
  }

  #store(id: string, sender: string, clientId: string, text: string): Message {
    const repeated = this.messages.find(
      (message) => message.sender === sender && message.client_id === clientId,
    );
    if (repeated !== undefined) return repeated;
    const conversation = this.#conversation(id);
    conversation.last_seq += 1;
    conversation.message_count += 1;
    const message: Message = {
      id: `m${this.messages.length + 1}`,
      conversation: id,
      seq: conversation.last_seq,
      changed_seq: conversation.last_seq,
      number: conversation.message_count,
      sender,
      client_id: clientId,
      sent_at_ms: 2_000 + this.messages.length,
      content: { kind: "text", text },
    };
    conversation.last_message = message;
    // Whoever wrote it has it, and has read everything above it.
    const { number } = message;
    conversation.markers = conversation.markers.map((marker) =>
      marker.person === sender
        ? { ...marker, delivered_number: number, read_number: number }
        : marker,
    );
    this.messages.push(message);
    return message;
  }

  /** Changes a message as Ana asks; a new object each time, as over a socket. */
  #change(
    request: Extract<
      Request,
      { type: "edit_message" | "delete_message" | "react" | "pin_message" }
    >,
  ): Message {
    const at = this.messages.findIndex(({ id }) => id === request.message);
    const conversation = this.#conversation(request.conversation);
    conversation.last_seq += 1;
    const seq = conversation.last_seq;
    const changed = { ...(this.messages[at] as Message), changed_seq: seq };
    if (request.type === "edit_message") {
      changed.content = { kind: "text", text: request.text };
      changed.edited = { at_ms: 3_000, seq };
    } else if (request.type === "delete_message") {
      changed.content = { kind: "deleted", by: ANA.id };
    } else if (request.type === "react") {
      changed.reactions = request.emoji ? [{ emoji: request.emoji, people: [ANA.id] }] : [];
    } else if (request.pinned) {
      changed.pin = { by: ANA.id, at_ms: 3_000 };
    }
    this.messages[at] = changed;
    return changed;
  }

  #join(id: string): Reply {
    const call = [...this.conversations.values()].find((one) => one.call?.id === id)?.call;
    if (call == null) throw new Error("no such call");
    const participant = aParticipant(`seat-${this.#nextParticipant}`, ANA.id, this.device);
    this.#nextParticipant += 1;
    call.participants = [...call.participants.filter((p) => p.device !== this.device), participant];
    call.version += 1;
    call.rings = call.rings.map((ring) =>
      ring.person === ANA.id ? { ...ring, state: "accepted" } : ring,
    );
    return this.#answer(participant.id, call);
  }

  #hold(participant: string, on_hold: boolean): Reply {
    const call = this.#callOf(participant);
    const participants = call.participants.map((one) =>
      one.id === participant ? { ...one, on_hold } : one,
    );
    this.putCall({ ...call, version: call.version + 1, participants });
    return { type: "done" };
  }

  #answer(participant: string, call: Call): Reply {
    return {
      type: "answer",
      answer: { participant, sdp: `answer for ${participant}` },
      call: structuredClone(call),
      slots: this.slots,
    };
  }

  /** The device of the page, as hello named it. */
  get device(): string {
    return this.requestsOf("hello").at(-1)?.device ?? "";
  }

  #callOf(participant: string): Call {
    for (const { call } of this.conversations.values()) {
      if (call?.participants.some(({ id }) => id === participant)) return call;
    }
    throw new Error("no such participant");
  }

  #conversation(id: string): Conversation {
    const conversation = this.conversations.get(id);
    if (conversation === undefined) throw new Error(`no conversation ${id}`);
    return conversation;
  }
}

/** One socket as the page opened it. */
export class FakeSocket implements Socket {
  #state: "opening" | "open" | "closed" = "opening";

  constructor(
    readonly path: string,
    private readonly listener: SocketListener,
    private readonly onFrame: (frame: ClientFrame) => void,
  ) {}

  get closed(): boolean {
    return this.#state === "closed";
  }

  open(): void {
    if (this.#state !== "opening") return;
    this.#state = "open";
    this.listener.onOpen();
  }

  send(text: string): void {
    if (this.#state !== "open") throw new DOMException("", "InvalidStateError");
    this.onFrame(JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.#state = "closed";
  }

  receive(frame: ServerFrame): void {
    if (this.#state === "open") this.listener.onText(JSON.stringify(frame));
  }

  break(code: number): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.listener.onClose(code);
  }
}

export function anInvitation(parts: Partial<Invitation> = {}): Invitation {
  return {
    id: "invitation-1",
    role: "member",
    made_by: ANA.id,
    made_at_ms: 1_790_000_000_000,
    expires_at_ms: 1_790_000_600_000,
    uses: 1,
    uses_left: 1,
    ...parts,
  };
}

export function aCall(parts: Partial<Call> = {}): Call {
  return {
    id: "call-1",
    conversation: "kitchen",
    media: "video",
    started_by: BEN.id,
    started_at_ms: 1_790_000_000_000,
    answered_at_ms: null,
    version: 1,
    state: { kind: "ringing" },
    rings: PEOPLE.map(({ id }) => ({
      person: id,
      state: id === (parts.started_by ?? BEN.id) ? "accepted" : "ringing",
      until_ms: 1_790_000_045_000,
      busy: false,
    })),
    participants: [],
    moderators: [],
    rules: { locked: false, microphone: true, camera: true, screen: true },
    ...parts,
  };
}

export function aParticipant(id: string, person: string, device = `device of ${id}`) {
  return {
    id,
    person,
    device,
    joined_at_ms: 1_790_000_000_000,
    sending: { microphone: true, camera: true, screen: false },
    connection: "connected" as const,
    hand_raised_at_ms: null,
    on_hold: false,
  };
}

export function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}
