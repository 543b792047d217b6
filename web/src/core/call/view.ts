/** Draws the snapshot of the call this tab is in. */

import type { Chat } from "../chat";
import type { Environment } from "../environment";
import type { CallStage, CurrentCall, DeviceControl, Hosting, ScreenTile, Tile } from "../model";
import type { Participant, ParticipantId, PauseReason, Source } from "../protocol";
import type { Views } from "../views";
import type { CallControl } from "./call";
import { maySend, roleIn } from "./floor";
import { screenOf } from "./slots";

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

  draw(title: string, online: boolean, hosting: Hosting | null, dismiss: () => void): CurrentCall {
    const { control } = this;
    const { call, live } = control;
    const me = this.chat.me.id;
    const own = call?.participants.find(({ id }) => id === control.seat?.participant);
    const ends = live && online && roleIn(call, me) !== "member";
    const tiles = live ? this.#tiles() : [];
    const screens = live ? this.#screens() : [];
    return {
      id: call?.id ?? null,
      conversation: control.conversation,
      title,
      media: call?.media ?? control.media,
      stage: stageOf(control, dismiss),
      startedAt: call?.started_at_ms ?? control.startedAt,
      answeredAt: call?.answered_at_ms ?? null,
      rings: control.floor.rings(call, live && own !== undefined),
      tiles,
      screens,
      layout: control.layout.draw(tiles, screens),
      microphone: permitted(control.microphone.control, maySend(call, me, "microphone")),
      camera: permitted(control.camera.control, maySend(call, me, "camera")),
      speaker: control.speaker.control,
      quality: live ? control.quality : null,
      screen: control.screen.control(live && maySend(call, me, "screen")),
      hosting,
      floor: control.floor.draw(call, live ? own : undefined),
      unlockSound: control.sound.unlock,
      leave: live ? () => control.leave() : undefined,
      endForAll: ends ? () => control.endForAll() : undefined,
    };
  }

  #tiles(): Tile[] {
    const { seat, call } = this.control;
    const own = call?.participants.find(({ id }) => id === seat?.participant);
    return [this.#ownTile(own), ...this.#others().map((participant) => this.#tile(participant))];
  }

  #screens(): ScreenTile[] {
    return this.#others()
      .filter(({ sending }) => sending.screen)
      .map(({ id, person }) => ({
        key: screenOf(id),
        person: this.views.person(this.chat, person),
        stream: this.#carried(id, "screen"),
        paused: this.#pausedIn(id, "screen"),
        setSize: this.#resizer(screenOf(id)),
      }));
  }

  /** A seat of this device that was given up lingers until another takes its place. */
  #others(): Participant[] {
    const { call, device } = this.control;
    return (call?.participants ?? []).filter((other) => other.device !== device);
  }

  #carried(participant: ParticipantId, source: Source): MediaStream | null {
    const { seat } = this.control;
    const slot = seat?.slots.find(
      ({ shown, live }) => live && shown?.participant === participant && shown.source === source,
    );
    const track = slot && (seat?.peer.track(slot.mid) ?? null);
    return track ? this.#stream(track) : null;
  }

  /** Why the server sends nothing of a source that it could show. */
  #pausedIn(participant: ParticipantId, source: Source): PauseReason | null {
    const slot = this.control.seat?.slots.find(
      ({ shown }) => shown?.participant === participant && shown.source === source,
    );
    return slot?.paused ?? null;
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
      paused: null,
      microphone,
      speaking: microphone && own !== undefined && control.speaks(own.id),
      connection: own?.connection ?? "connecting",
      onHold: false,
      weak: control.quality?.weak ?? false,
      role: roleIn(control.call, this.chat.me.id),
      handAt: own?.hand_raised_at_ms ?? null,
      reaction: own === undefined ? null : control.floor.reactionOf(own.id),
      actions: NO_ACTIONS,
      setSize: () => {},
    };
  }

  #tile(participant: Participant): Tile {
    const { id, person, sending, connection } = participant;
    return {
      participant: id,
      person: this.views.person(this.chat, person),
      self: false,
      stream: sending.camera ? this.#carried(id, "camera") : null,
      camera: sending.camera,
      paused: sending.camera ? this.#pausedIn(id, "camera") : null,
      microphone: sending.microphone,
      speaking: sending.microphone && this.control.speaks(id),
      connection,
      onHold: participant.on_hold,
      weak: this.control.isWeak(id),
      role: roleIn(this.control.call, person),
      handAt: participant.hand_raised_at_ms,
      reaction: this.control.floor.reactionOf(id),
      actions: this.control.floor.actions(this.control.call, participant),
      setSize: this.#resizer(id),
    };
  }

  /** The same function for the same tile, so that an effect of a view does not run again. */
  #resizer(picture: string): Tile["setSize"] {
    const known = this.#resizers.get(picture);
    if (known !== undefined) return known;
    const resize: Tile["setSize"] = (size) => this.control.setSize(picture, size);
    this.#resizers.set(picture, resize);
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
