/**
 * One seat in one call: a peer connection with its place on the server.
 *
 * A seat lasts as long as its peer connection can be mended. When it cannot, the owner opens another
 * connection beside it, which takes the place over, or takes another place; see `call.ts`.
 */

import type { Ask } from "../connection";
import { problemOf } from "../connection";
import type { Cancel, Environment } from "../environment";
import type { Problem } from "../model";
import { savesData } from "../preferences";
import type { Call, CallId, ParticipantId, Sending, Slot, Want, WantedSource } from "../protocol";
import { Peer, type PeerState, type SharedScreen } from "./peer";
import {
  assign,
  type Capacity,
  capacityFor,
  changedWants,
  type PictureId,
  type Size,
  visiblePictures,
  wantsOf,
} from "./slots";

/** What is sent from this tab. */
export type Outgoing = {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: SharedScreen | null;
  sending: Sending;
};

/** What a seat needs of its owner. */
export type SeatOwner = {
  ask: Ask;
  online: () => boolean;
  outgoing: () => Outgoing;
  /** The call as the answer brought it. */
  onCall: (call: Call) => void;
  onChange: () => void;
  /** The connection does not come back by a restart as soon as it should. */
  onStalled: () => void;
  /** The seat cannot be mended; null when another one may be taken at once. */
  onLost: (problem: Problem | null) => void;
};

/** One seat. */
export class Seat {
  participant: ParticipantId | null = null;
  slots: readonly Slot[] = [];
  state: PeerState = "connecting";
  readonly peer: Peer;
  #told: readonly Want[] = [];
  #toldSending = "";
  #toldSaving = false;
  #assigned: ReadonlyMap<string, PictureId> = new Map();
  #call: Call | null = null;
  #closed = false;
  /** The seat beside which this connection was opened, until it has taken over. */
  #beside: ParticipantId | null = null;
  /** Another connection has taken over: nothing is said for this one any more. */
  #isSucceeded = false;
  /** One offer at a time: an answer must meet the offer it answers. */
  #negotiating: Promise<void> = Promise.resolve();
  #restartWaits = false;
  #cancelStall: Cancel = () => {};
  #cancelPatience: Cancel = () => {};
  #cancelWants: Cancel = () => {};

  constructor(
    private readonly environment: Environment,
    readonly call: CallId,
    capacity: Capacity,
    /** Sizes of pictures as they are drawn, in device pixels; outlives the seat. */
    private readonly sizes: ReadonlyMap<PictureId, Size | null>,
    private readonly owner: SeatOwner,
  ) {
    const { microphone, camera } = owner.outgoing();
    this.peer = new Peer(environment, { microphone, camera }, capacity, (state) =>
      this.#onState(state),
    );
  }

  /** Takes the place on the server. */
  join(): void {
    this.#negotiate(async () => {
      await this.peer.setScreen(this.owner.outgoing().screen);
      const { offer, sources } = await this.peer.offer(false);
      const { sending } = this.owner.outgoing();
      const reply = await this.owner.ask(
        { type: "join_call", call: this.call, offer, sources, sending },
        "answer",
      );
      const { participant, sdp } = reply.answer;
      if (this.#closed) {
        // Left while joining: the place that was made must not stay.
        this.owner.ask({ type: "leave_call", participant }, "done").catch(() => {});
        return;
      }
      this.participant = participant;
      this.#toldSending = JSON.stringify(sending);
      this.tellSending();
      this.slots = reply.slots;
      await this.peer.accept(sdp);
      this.owner.onCall(reply.call);
      this.onCall(reply.call);
      this.#expectConnection();
    });
  }

  /** Opens a connection beside an earlier one of this device, to take its place over. */
  moveFrom(earlier: Seat): void {
    const first = earlier.participant;
    if (first === null) return;
    this.#beside = first;
    this.#assigned = earlier.#assigned;
    this.#call = earlier.#call;
    this.#negotiate(async () => {
      // What is looked at is known before the server says so of this connection.
      await this.peer.setWanted(earlier.peer.wanted);
      await this.peer.setScreen(this.owner.outgoing().screen);
      const { offer, sources } = await this.peer.offer(false);
      const reply = await this.owner.ask(
        { type: "move_seat", participant: first, offer, sources },
        "answer",
      );
      const { participant, sdp } = reply.answer;
      if (this.#closed) {
        this.owner.ask({ type: "leave_call", participant }, "done").catch(() => {});
        return;
      }
      this.participant = participant;
      this.slots = reply.slots;
      await this.peer.accept(sdp);
      this.onCall(reply.call);
      this.#tellWants(true);
      this.#expectConnection();
    });
  }

  /** This connection has taken over: what is said for the seat is said by it. */
  succeed(earlier: Seat): void {
    this.participant = this.#beside;
    this.#beside = null;
    earlier.#isSucceeded = true;
    earlier.#cancelPatience();
    earlier.#cancelStall();
    this.#toldSending = earlier.#toldSending;
    this.tellSending();
    this.want();
  }

  /** Whether the pictures that were there on an earlier connection are there on this one. */
  shows(earlier: Seat): boolean {
    const isLive = ({ shown, live }: Slot) => shown !== null && live;
    return earlier.slots
      .filter(isLive)
      .every(({ shown: one }) =>
        this.slots.some(
          (slot) =>
            isLive(slot) &&
            slot.shown?.participant === one?.participant &&
            slot.shown?.source === one?.source,
        ),
      );
  }

  /** The call changed: whoever is in is to be heard and seen. */
  onCall(call: Call): void {
    this.#call = call;
    if (this.participant === null) return;
    const others = this.#others();
    const screens = others.filter(({ sending }) => sending.screen).length;
    const capacity = capacityFor(others.length + screens, this.peer.capacity);
    if (isLarger(capacity, this.peer.capacity)) {
      this.peer.grow(capacity);
      this.#offer(false);
    }
    this.want();
  }

  onSlots(slots: readonly Slot[]): void {
    this.slots = slots;
    this.want();
    this.owner.onChange();
  }

  /** Another track is to be sent, or none. */
  async onOutgoing(kind: "microphone" | "camera" | "screen"): Promise<void> {
    const outgoing = this.owner.outgoing();
    if (kind === "microphone") await this.peer.setMicrophone(outgoing.microphone);
    else if (kind === "screen") {
      if (await this.peer.setScreen(outgoing.screen)) this.#offer(false);
    } else if (await this.peer.setCamera(outgoing.camera)) this.#offer(false);
    this.tellSending();
  }

  /** What of one's pictures somebody looks at; the rest costs the uplink for nothing. */
  onWanted(sources: readonly WantedSource[]): void {
    // A connection that was closed in between has nothing to send.
    this.peer.setWanted(sources).catch(() => {});
  }

  /** Tells the marks on one's tile. */
  tellSending(): void {
    // A mark is the seat's, not that of a connection which may or may not become its own.
    if (this.participant === null || this.#beside !== null || this.#isSucceeded) return;
    if (!this.owner.online()) return;
    const { sending } = this.owner.outgoing();
    const telling = JSON.stringify(sending);
    if (telling === this.#toldSending) return;
    this.#toldSending = telling;
    this.owner
      .ask({ type: "set_sending", participant: this.participant, sending }, "done")
      .catch((error) => this.#onUnheard(error));
  }

  /** Sizes or people changed: tells the server soon, once for all that changes together. */
  want(): void {
    this.#cancelWants();
    this.#cancelWants = this.environment.clock.after(WANT_DELAY_MS, () => this.#tellWants(false));
  }

  /**
   * The socket is back. Whether the seat still exists is found out by telling everything anew; what
   * could not be mended without the socket is mended now.
   */
  onOnline(): void {
    if (this.participant === null) return;
    this.#tellWants(true);
    this.#toldSending = "";
    this.tellSending();
    if (this.#restartWaits || this.state === "interrupted") this.restart();
  }

  /** Looks for a new way to the server, as when the network changed. */
  restart(): void {
    if (this.participant === null || this.#isSucceeded) return;
    if (!this.owner.online()) {
      this.#restartWaits = true;
      return;
    }
    this.#restartWaits = false;
    this.#offer(true);
    this.#expectConnection();
    this.#cancelStall();
    this.#cancelStall = this.environment.clock.after(STALL_MS, () => {
      if (!this.peer.connected && this.owner.online()) this.owner.onStalled();
    });
  }

  /** The participant whose voice an audio slot carries. */
  voice(mid: string): ParticipantId | null {
    const shown = this.slots.find((slot) => slot.mid === mid)?.shown;
    return shown?.source === "microphone" ? shown.participant : null;
  }

  close(): void {
    this.#closed = true;
    this.#cancelPatience();
    this.#cancelStall();
    this.#cancelWants();
    this.peer.close();
  }

  #onState(state: PeerState): void {
    this.state = state;
    if (state === "connected") {
      this.#cancelPatience();
      this.#cancelStall();
    }
    if (state === "interrupted") this.restart();
    if (state === "failed" && !this.#isSucceeded) this.#lose(null);
    this.owner.onChange();
  }

  /** A connection that does not come within its time is given up for another seat. */
  #expectConnection(): void {
    this.#cancelPatience();
    this.#cancelPatience = this.environment.clock.after(CONNECT_PATIENCE_MS, () => {
      if (this.peer.connected) return;
      if (this.owner.online()) this.#lose(null);
      else this.#restartWaits = true;
    });
  }

  #offer(restart: boolean): void {
    this.#negotiate(async () => {
      const { participant } = this;
      if (participant === null || this.#isSucceeded) return;
      const { offer, sources } = await this.peer.offer(restart);
      const reply = await this.owner.ask({ type: "offer", participant, offer, sources }, "answer");
      if (this.#closed) return;
      this.slots = reply.slots;
      await this.peer.accept(reply.answer.sdp);
      this.owner.onCall(reply.call);
      this.#tellWants(false);
      this.owner.onChange();
    });
  }

  #negotiate(step: () => Promise<void>): void {
    this.#negotiating = this.#negotiating.then(async () => {
      if (this.#closed) return;
      try {
        await step();
      } catch (error) {
        this.#onRefused(error);
      }
    });
  }

  #onRefused(error: unknown): void {
    if (this.#closed || this.#isSucceeded) return;
    const problem = problemOf(error);
    // Without the socket nothing is decided: the first offer is made again with a new seat, a later
    // one when the socket is back.
    if (problem === "unreachable" && this.participant !== null) this.#restartWaits = true;
    else if (problem === "not_in_call" || problem === "unreachable") this.#lose(null);
    else this.#lose(problem);
  }

  /** A mark or a wish did not get through: the next one will, unless there is no seat to have it. */
  #onUnheard(error: unknown): void {
    const problem = problemOf(error);
    if (problem === "not_in_call" || problem === "call_over") this.#onRefused(error);
  }

  #lose(problem: Problem | null): void {
    if (this.#closed) return;
    this.close();
    this.owner.onLost(problem);
  }

  #tellWants(all: boolean): void {
    const { participant } = this;
    if (this.#closed || this.#isSucceeded) return;
    if (participant === null || !this.owner.online()) return;
    const { mids } = this.peer;
    const wanted = visiblePictures(this.#others(), this.sizes);
    this.#assigned = assign(this.#assigned, wanted, mids, this.slots);
    const wants = wantsOf(this.#assigned, this.sizes, mids);
    const changed = all ? wants : changedWants(this.#told, wants);
    this.#told = wants;
    const saves = savesData(this.environment.shared);
    const news = saves === this.#toldSaving ? {} : { data_saver: saves };
    if (changed.length === 0 && saves === this.#toldSaving) return;
    this.#toldSaving = saves;
    this.owner
      .ask({ type: "want", participant, wants: changed, ...news }, "done")
      .catch((error) => {
        this.#told = [];
        this.#toldSaving = false;
        this.#onRefused(error);
      });
  }

  #others() {
    const own = this.#beside ?? this.participant;
    return (this.#call?.participants ?? []).filter(({ id }) => id !== own);
  }
}

function isLarger(capacity: Capacity, present: Capacity): boolean {
  return capacity.audio > present.audio || capacity.video > present.video;
}

/** Tiles that move together are told together, in ms. */
const WANT_DELAY_MS = 150;

/**
 * How long a restart may take before another connection is opened beside, in ms: it needs one offer and
 * a few checks, so on a path that is there at all it is done within a second.
 */
const STALL_MS = 2_500;

/** How long ICE and DTLS may take before another seat is tried, in ms. */
const CONNECT_PATIENCE_MS = 8_000;
