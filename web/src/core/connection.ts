/**
 * The socket to the server: opens it, says hello with what is known, pairs replies with requests,
 * notices when it is dead, and opens it again without being asked.
 *
 * A reply or an event is handed on only after `welcome` was, so that whoever listens starts from a
 * whole state.
 */

import type { Cancel, Environment, Socket } from "./environment";
import type { Problem } from "./model";
import {
  type ClientFrame,
  type DeviceId,
  type Event,
  type FailureCode,
  type Known,
  PROTOCOL_VERSION,
  type Reply,
  type Request,
  type ServerFrame,
  type Welcome,
} from "./protocol";

/** How the socket stands. Moments are of the local clock. */
export type Link =
  | { kind: "idle" }
  | { kind: "connecting" }
  | { kind: "online" }
  | { kind: "reconnecting"; since: number }
  | { kind: "offline"; since: number; retryAt: number }
  | { kind: "replaced" }
  | { kind: "outdated" };

/** What the connection tells its owner. */
export type ConnectionListener = {
  /** The highest `seq` applied in each conversation that is kept. */
  known: () => Known[];
  /** How far one's own things are known; null when nothing is. */
  personalSeq: () => number | null;
  onLink: (link: Link) => void;
  onWelcome: (welcome: Welcome) => void;
  onEvent: (event: Event) => void;
  /** The session is gone. */
  onSignedOut: () => void;
  /** A socket closed before it opened: the network, or a session that is refused (browsers hide which). */
  onUnopened: () => void;
};

/** A request that did not work. */
export class RequestError extends Error {
  constructor(readonly problem: Problem) {
    super(problem);
    this.name = "RequestError";
  }
}

/** The problem behind anything that was thrown. */
export function problemOf(error: unknown): Problem {
  return error instanceof RequestError ? error.problem : "internal";
}

/** What of a reply goes with a request of each kind. */
export type ReplyOf<Kind extends Reply["type"]> = Extract<Reply, { type: Kind }>;

/** Asks the server, and waits for the reply of the kind that the request has; rejects with a `RequestError`. */
export type Ask = <Kind extends Reply["type"]>(
  request: Request,
  expected: Kind,
) => Promise<ReplyOf<Kind>>;

/** The socket of one signed-in tab. */
export class Connection {
  #link: Link = { kind: "idle" };
  #socket: Socket | null = null;
  #opened = false;
  #nextId = 1;
  #attempts = 0;
  #brokenSince: number | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #early: Event[] = [];
  #cancelRetry: Cancel = () => {};
  #cancelPing: Cancel = () => {};

  constructor(
    private readonly environment: Pick<Environment, "clock" | "random" | "openSocket">,
    private readonly slot: number,
    private readonly device: DeviceId,
    private readonly listener: ConnectionListener,
  ) {}

  get online(): boolean {
    return this.#link.kind === "online";
  }

  /** Opens the socket. Also takes the device back after another tab replaced this one. */
  open(): void {
    this.#attempts = 0;
    this.#connect();
  }

  /** Tries at once instead of waiting; checks a socket that may have died unnoticed. */
  wake(): void {
    if (this.#link.kind === "offline") this.open();
    else if (this.#link.kind === "online") this.#ping();
  }

  /** Closes for good. */
  close(): void {
    this.#drop();
    this.#setLink({ kind: "idle" });
  }

  /** Asks the server; rejects with a [`RequestError`]. */
  async request<Kind extends Reply["type"]>(
    request: Request,
    expected: Kind,
  ): Promise<ReplyOf<Kind>> {
    if (!this.online) throw new RequestError("unreachable");
    return this.#ask(request, expected);
  }

  #connect(): void {
    this.#drop();
    this.#setLink(
      this.#brokenSince === null
        ? { kind: "connecting" }
        : { kind: "reconnecting", since: this.#brokenSince },
    );
    const cancelPatience = this.environment.clock.after(HELLO_PATIENCE_MS, () => this.#break(0));
    this.#cancelPing = cancelPatience;
    this.#opened = false;
    this.#socket = this.environment.openSocket(`/api/ws?slot=${this.slot}`, {
      onOpen: () => {
        this.#opened = true;
        void this.#hello(cancelPatience);
      },
      onText: (text) => this.#receive(text),
      onClose: (code) => this.#break(code),
    });
  }

  async #hello(cancelPatience: Cancel): Promise<void> {
    try {
      const personalSeq = this.listener.personalSeq();
      const reply = await this.#ask(
        {
          type: "hello",
          protocol: PROTOCOL_VERSION,
          device: this.device,
          known: this.listener.known(),
          ...(personalSeq !== null && { personal_seq: personalSeq }),
        },
        "welcome",
      );
      cancelPatience();
      this.#attempts = 0;
      this.#brokenSince = null;
      this.listener.onWelcome(reply);
      this.#setLink({ kind: "online" });
      const early = this.#early;
      this.#early = [];
      for (const event of early) this.listener.onEvent(event);
      this.#schedulePing();
    } catch (error) {
      const problem = problemOf(error);
      if (problem === "wrong_protocol") this.#stop({ kind: "outdated" });
      else if (problem === "not_signed_in") this.#signedOut();
      else if (problem !== "unreachable") this.#break(0);
    }
  }

  #ask<Kind extends Reply["type"]>(request: Request, expected: Kind): Promise<ReplyOf<Kind>> {
    const socket = this.#socket;
    if (socket === null) return Promise.reject(new RequestError("unreachable"));
    const id = this.#nextId;
    // Ids are u32 on the wire; nobody keeps a tab for four thousand million requests.
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const cancel = this.environment.clock.after(REPLY_PATIENCE_MS, () => {
        this.#waiting.delete(id);
        reject(new RequestError("unreachable"));
      });
      this.#waiting.set(id, {
        onReply: (reply) => {
          cancel();
          if (isReply(reply, expected)) resolve(reply);
          else reject(new RequestError("internal"));
        },
        onProblem: (problem) => {
          cancel();
          reject(new RequestError(problem));
        },
      });
      socket.send(JSON.stringify({ id, request } satisfies ClientFrame));
    });
  }

  #receive(data: string): void {
    const frame = JSON.parse(data) as ServerFrame;
    switch (frame.frame) {
      case "reply":
        this.#take(frame.id)?.onReply(frame.reply);
        break;
      case "failure":
        if (frame.id !== null) this.#take(frame.id)?.onProblem(frame.failure.code);
        break;
      case "event":
        if (this.online) this.listener.onEvent(frame.event);
        else this.#early.push(frame.event);
        break;
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #schedulePing(): void {
    this.#cancelPing = this.environment.clock.after(PING_INTERVAL_MS, () => this.#ping());
  }

  #ping(): void {
    this.#cancelPing();
    const socket = this.#socket;
    const cancelPatience = this.environment.clock.after(PING_PATIENCE_MS, () => {
      if (this.#socket === socket) this.#break(0);
    });
    this.#cancelPing = cancelPatience;
    this.#ask({ type: "ping" }, "done").then(
      () => {
        if (this.#socket !== socket) return;
        cancelPatience();
        this.#schedulePing();
      },
      // The patience above decides; any other trouble closes the socket by itself.
      () => {},
    );
  }

  /** The socket is gone or useless. */
  #break(code: number): void {
    if (code === CLOSE_NOT_SIGNED_IN || code === CLOSE_REVOKED) {
      this.#signedOut();
      return;
    }
    if (code === CLOSE_REPLACED) {
      this.#stop({ kind: "replaced" });
      return;
    }
    const wasOnline = this.online;
    this.#drop();
    const { clock, random } = this.environment;
    this.#brokenSince ??= clock.now();
    if (wasOnline && code === CLOSE_FELL_BEHIND) {
      this.#connect();
      return;
    }
    const backoff = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    // Jitter keeps a thousand tabs from coming back in the same moment after a restart.
    const wait = backoff / 2 + (backoff / 2) * random();
    this.#cancelRetry = clock.after(wait, () => this.#connect());
    this.#setLink({ kind: "offline", since: this.#brokenSince, retryAt: clock.now() + wait });
    if (!this.#opened) this.listener.onUnopened();
  }

  #signedOut(): void {
    this.close();
    this.listener.onSignedOut();
  }

  #stop(link: Link): void {
    this.#drop();
    this.#setLink(link);
  }

  /** Forgets the socket and fails what waits for its replies. */
  #drop(): void {
    this.#cancelRetry();
    this.#cancelPing();
    const socket = this.#socket;
    this.#socket = null;
    this.#early = [];
    socket?.close();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    // Marked offline first: who is told now must not send on a socket that is gone.
    if (this.online) this.#link = { kind: "connecting" };
    for (const one of waiting) one.onProblem("unreachable");
  }

  #setLink(link: Link): void {
    this.#link = link;
    this.listener.onLink(link);
  }
}

type Waiting = {
  onReply: (reply: Reply) => void;
  onProblem: (problem: FailureCode | "unreachable") => void;
};

function isReply<Kind extends Reply["type"]>(reply: Reply, kind: Kind): reply is ReplyOf<Kind> {
  return reply.type === kind;
}

/** First wait before connecting again, in ms; doubles up to the longest. */
const MIN_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 8_000;

/** How long opening and hello may take, in ms. */
const HELLO_PATIENCE_MS = 10_000;

/** How long any reply may take, in ms. */
const REPLY_PATIENCE_MS = 10_000;

/** A quiet socket is asked for a sign of life this often, and given up after that long, in ms. */
const PING_INTERVAL_MS = 15_000;
const PING_PATIENCE_MS = 10_000;

const CLOSE_NOT_SIGNED_IN = 4001;
const CLOSE_REPLACED = 4002;
const CLOSE_FELL_BEHIND = 4003;
const CLOSE_REVOKED = 4004;
