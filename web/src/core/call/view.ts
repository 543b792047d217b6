/** Draws the snapshot of the call this tab is in. */

import type { Chat } from "../chat";
import type { Environment } from "../environment";
import type { CallStage, CurrentCall, DeviceControl, Tile } from "../model";
import type { Participant } from "../protocol";
import type { Views } from "../views";
import type { CallControl } from "./call";
import { maySend, roleIn } from "./floor";
import type { Seat } from "./seat";

/** Draws one call, and keeps the streams it made: a video element must not start over at every change. */
export class CallView {
  readonly #streams = new WeakMap<MediaStreamTrack, MediaStream>();
  readonly #resizers = new Map<string, Tile["setSize"]>();

  constructor(
    private readonly control: CallControl,
    private readonly environment: Pick<Environment, "createStream">,
    private readonly chat: Chat,
    private readonly views: Views,
  ) {}

  draw(title: string, online: boolean, dismiss: () => void): CurrentCall {
    const { control } = this;
    const { call, live } = control;
    const me = this.chat.me.id;
    const own = call?.participants.find(({ id }) => id === control.seat?.participant);
    const ends = live && online && roleIn(call, me) !== "member";
    return {
      id: call?.id ?? null,
      conversation: control.conversation,
      title,
      media: call?.media ?? control.media,
      stage: stageOf(control, dismiss),
      startedAt: call?.started_at_ms ?? control.startedAt,
      answeredAt: call?.answered_at_ms ?? null,
      rings: (call?.rings ?? [])
        .filter(({ person }) => person !== this.chat.me.id)
        .map(({ person, state }) => ({ person: this.views.person(this.chat, person), state })),
      tiles: live ? this.#tiles() : [],
      microphone: permitted(control.microphone.control, maySend(call, me, "microphone")),
      camera: permitted(control.camera.control, maySend(call, me, "camera")),
      floor: control.floor.draw(call, live ? own : undefined),
      unlockSound: control.sound.unlock,
      leave: live ? () => control.leave() : undefined,
      endForAll: ends ? () => control.endForAll() : undefined,
    };
  }

  #tiles(): Tile[] {
    const { seat, call } = this.control;
    const own = call?.participants.find(({ id }) => id === seat?.participant);
    // A seat of this device that was given up lingers until another takes its place.
    const others = (call?.participants ?? []).filter(
      ({ device }) => device !== this.control.device,
    );
    return [this.#ownTile(own), ...others.map((participant) => this.#tile(seat, participant))];
  }

  #ownTile(own: Participant | undefined): Tile {
    const { control } = this;
    const { camera, microphone } = control.sending;
    const track = camera ? control.camera.track : null;
    return {
      participant: own?.id ?? SELF,
      person: this.views.person(this.chat, this.chat.me.id),
      self: true,
      stream: track && this.#stream(track),
      camera,
      microphone,
      speaking: microphone && own !== undefined && control.speaks(own.id),
      connection: own?.connection ?? "connecting",
      role: roleIn(control.call, this.chat.me.id),
      handAt: own?.hand_raised_at_ms ?? null,
      reaction: own === undefined ? null : control.floor.reactionOf(own.id),
      actions: NO_ACTIONS,
      setSize: () => {},
    };
  }

  #tile(seat: Seat | null, participant: Participant): Tile {
    const { id, person, sending, connection } = participant;
    const slot = seat?.slots.find(
      ({ shown, live }) => live && shown?.participant === id && shown.source === "camera",
    );
    const track = slot && sending.camera ? (seat?.peer.track(slot.mid) ?? null) : null;
    return {
      participant: id,
      person: this.views.person(this.chat, person),
      self: false,
      stream: track && this.#stream(track),
      camera: sending.camera,
      microphone: sending.microphone,
      speaking: sending.microphone && this.control.speaks(id),
      connection,
      role: roleIn(this.control.call, person),
      handAt: participant.hand_raised_at_ms,
      reaction: this.control.floor.reactionOf(id),
      actions: this.control.floor.actions(this.control.call, participant),
      setSize: this.#resizer(id),
    };
  }

  /** The same function for the same tile, so that an effect of a view does not run again. */
  #resizer(participant: string): Tile["setSize"] {
    const known = this.#resizers.get(participant);
    if (known !== undefined) return known;
    const resize: Tile["setSize"] = (size) => this.control.setSize(participant, size);
    this.#resizers.set(participant, resize);
    return resize;
  }

  #stream(track: MediaStreamTrack): MediaStream {
    const known = this.#streams.get(track);
    if (known !== undefined) return known;
    const stream = this.environment.createStream([track]);
    this.#streams.set(track, stream);
    return stream;
  }
}

/** By the media alone: while the socket is away the others are still heard. */
function stageOf(control: CallControl, dismiss: () => void): CallStage {
  const { ending, seat, call, everConnected } = control;
  if (ending !== null) return { kind: "ended", ...ending, dismiss };
  if (seat === null || seat.state !== "connected") {
    return { kind: everConnected ? "reconnecting" : "joining" };
  }
  return { kind: call?.state.kind === "ringing" ? "ringing" : "connected" };
}

/** A device that the rules forbid is off, and says why. */
function permitted(control: DeviceControl, allowed: boolean): DeviceControl {
  if (allowed || control.state.kind === "on") return control;
  return { ...control, state: { kind: "refused", reason: "forbidden" }, toggle: undefined };
}

/** Nothing is done about oneself from a tile. */
const NO_ACTIONS: Tile["actions"] = {
  mute: undefined,
  stopCamera: undefined,
  stopScreen: undefined,
  lowerHand: undefined,
  remove: undefined,
};

/** Key of one's own tile before one has a seat. */
const SELF = "self";
