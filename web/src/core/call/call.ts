/**
 * The call this tab is in, from asking for it to its end.
 *
 * Holds the devices, which outlive a seat, and one seat at a time, or two while the connection changes
 * (see `move.ts`). A seat that is lost is taken again, at once and then with growing pauses, for as long as the call lasts; a reload comes back by
 * what the tab remembers.
 */

import type { Chat } from "../chat";
import type { Ask } from "../connection";
import { problemOf } from "../connection";
import type { Cancel, Environment } from "../environment";
import type { Problem } from "../model";
import type { Notices } from "../notices";
import type {
  Call,
  CallId,
  ConversationId,
  DeviceId,
  EndReason,
  Event,
  Media,
  ParticipantId,
  PersonId,
  Quality,
  Sending,
  Source,
} from "../protocol";
import type { Views } from "../views";
import type { CallStats } from "./debug";
import { Device } from "./device";
import { Floor, maySend } from "./floor";
import { Hearing } from "./hearing";
import { Layout } from "./layout";
import { Meter } from "./levels";
import { followPlugs } from "./look";
import { forgetCall, rememberCall } from "./memory";
import { Move } from "./move";
import { Screen } from "./screen";
import { type Outgoing, Seat } from "./seat";
import { type Capacity, capacityFor, type PictureId, type Size } from "./slots";
import { Sound } from "./sound";
import { SpeakerChoice } from "./speaker";

/** What the call needs of the app. */
export type CallOwner = {
  environment: Environment;
  chat: Chat;
  views: Views;
  notices: Notices;
  device: DeviceId;
  ask: Ask;
  online: () => boolean;
  now: () => number;
  onChange: () => void;
  onLevels: (levels: ReadonlyMap<ParticipantId, number>) => void;
  /** The person left: there is nothing more to show. */
  onGone: () => void;
};

/** What is known of how it ended. */
export type Ending = { reason: EndReason | Problem; durationMs: number };

/** One call of this tab. */
export class CallControl {
  readonly microphone: Device;
  readonly camera: Device;
  readonly screen: Screen;
  readonly layout: Layout;
  readonly speaker: SpeakerChoice;
  readonly sound: Sound;
  readonly floor: Floor;
  call: Call | null = null;
  seat: Seat | null = null;
  ending: Ending | null = null;
  /** Whether media flowed once; from then on a cut is a reconnection. */
  everConnected = false;
  readonly startedAt: number;
  #move: Move | null = null;
  #offers = 0;
  #attempts = 0;
  #cancelRejoin: Cancel = () => {};
  #rejoinWaits = false;
  #left = false;
  /** What was on when the call was put on hold; null while it is not. */
  #held: { microphone: boolean; camera: boolean } | null = null;
  /** What the server is being told about that; null while nothing is. */
  #tellingHold: boolean | null = null;
  readonly #meter: Meter;
  /** Who of the others speaks, as the server hears it: also those whose voice has no slot. */
  #speakers: readonly ParticipantId[] = [];
  #weak: readonly ParticipantId[] = [];
  #quality: Quality | null = null;
  readonly #sizes = new Map<PictureId, Size | null>();
  readonly #hearing = new Hearing();
  readonly #cancelNetwork: Cancel;
  readonly #cancelPlugs: Cancel;

  constructor(
    readonly conversation: ConversationId,
    readonly media: Media,
    private readonly owner: CallOwner,
  ) {
    const { environment, notices } = owner;
    this.startedAt = owner.now();
    this.microphone = new Device("microphone", environment, {
      onTrack: () => void this.#onOutgoing("microphone"),
      onChange: () => this.#onDevice(),
      onLost: () => notices.add({ kind: "microphone_lost" }),
    });
    this.camera = new Device("camera", environment, {
      onTrack: () => void this.#onOutgoing("camera"),
      onChange: () => this.#onDevice(),
      onLost: () => notices.add({ kind: "camera_lost" }),
      onBlurLost: () => notices.add({ kind: "blur_lost" }),
    });
    this.screen = new Screen(environment, {
      onTracks: () => void this.#onOutgoing("screen"),
      onChange: () => this.#onDevice(),
    });
    this.layout = new Layout(environment.shared, owner.onChange);
    this.speaker = new SpeakerChoice(environment, owner.onChange);
    this.#cancelPlugs = followPlugs(environment.devices, () => this.#onPlug());
    this.sound = new Sound(environment, owner.onChange);
    this.floor = new Floor({ ...owner, clock: environment.clock });
    this.#meter = new Meter(environment.clock, {
      sample: async () =>
        this.seat?.participant == null
          ? []
          : this.#hearing.listen(this.seat, this.microphone.on, owner.environment.clock.now()),
      onLevels: owner.onLevels,
      onSpeaking: owner.onChange,
      onSlept: () => this.#rejoin(),
    });
    this.#cancelNetwork = environment.page.onNetworkChange(() => {
      for (const seat of this.#seats) seat.restart();
    });
  }

  /** Starts a call, or joins the one that somebody else started in the same moment. */
  async start(): Promise<void> {
    const devices = this.#openDevices(true, this.media === "video");
    try {
      const { call } = await this.owner.ask(
        { type: "start_call", conversation: this.conversation, media: this.media },
        "call",
      );
      if (this.#left) {
        if (call.participants.length === 0) {
          await this.owner.ask({ type: "end_call", call: call.id }, "done");
        }
        return;
      }
      this.call = call;
      this.owner.chat.onCall(call);
      await devices;
      this.#take();
    } catch (error) {
      this.#end(problemOf(error));
    }
  }

  /** Joins a call under way, with these devices. */
  async join(call: Call, microphone: boolean, camera: boolean): Promise<void> {
    this.call = call;
    const me = this.owner.chat.me.id;
    await this.#openDevices(
      microphone && maySend(call, me, "microphone"),
      camera && maySend(call, me, "camera"),
    );
    this.#take();
  }

  /** Comes back into a call that was on hold before the page was loaded again, and holds on. */
  joinOnHold(call: Call, microphone: boolean, camera: boolean): void {
    this.call = call;
    this.#held = { microphone, camera };
    this.#take();
  }

  get onHold(): boolean {
    return this.#held !== null;
  }

  /** Sends nothing and plays nothing until `takeUp`; the seat and its connection stay. */
  hold(): void {
    if (!this.live || this.#held !== null) return;
    this.#held = { microphone: this.microphone.on, camera: this.camera.on };
    this.microphone.switchOff();
    this.camera.switchOff();
    this.screen.stop();
    this.sound.stop();
    this.#tellHold();
    this.#remember();
  }

  /** Goes on as one was before the hold. */
  takeUp(): void {
    const before = this.#held;
    if (!this.live || before === null) return;
    this.#held = null;
    this.#tellHold();
    const me = this.owner.chat.me.id;
    void this.#openDevices(
      before.microphone && maySend(this.call, me, "microphone"),
      before.camera && maySend(this.call, me, "camera"),
    );
    const { seat } = this;
    if (seat !== null && seat.participant !== null) this.sound.follow(seat.peer);
    this.#remember();
    this.owner.onChange();
  }

  /** Leaves; the devices are free at once, whatever the network does. */
  leave(): void {
    if (this.#left) return;
    const participant = this.seat?.participant ?? null;
    this.#release();
    this.#left = true;
    if (participant !== null) {
      // Offline the server finds out by itself: the seat is kept for 20 s.
      this.owner.ask({ type: "leave_call", participant }, "done").catch(() => {});
    }
    this.owner.onGone();
  }

  /** Ends the call for everybody. */
  endForAll(): void {
    if (this.call === null) return;
    this.owner
      .ask({ type: "end_call", call: this.call.id }, "done")
      .catch((error) => this.owner.notices.failed(error));
  }

  /** This tab, as the participants name it. */
  get device(): DeviceId {
    return this.owner.device;
  }

  /** Whether it goes on, as far as this tab is concerned. */
  get live(): boolean {
    return !this.#left && this.ending === null;
  }

  /** How many offers this page made for this call. */
  get offers(): number {
    const second = this.#move?.isDrawn === false ? this.#move.second.peer.offers : 0;
    return this.#offers + (this.seat?.peer.offers ?? 0) + second;
  }

  /** One's own voice is known here first, that of the others at the server. */
  speaks(participant: ParticipantId): boolean {
    if (participant === this.seat?.participant) return this.#meter.speaks(participant);
    return this.#speakers.includes(participant);
  }

  /** Who speaks, the most prominent voice first. */
  get speakers(): readonly ParticipantId[] {
    return this.#speakers;
  }

  /** Whether the server finds somebody's connection weak. */
  isWeak(participant: ParticipantId): boolean {
    return this.#weak.includes(participant);
  }

  /** How well this tab is connected; null until the server has said so. */
  get quality(): Quality | null {
    return this.#quality;
  }

  /** How large a picture is drawn, in CSS pixels; null when it is not. */
  setSize(picture: PictureId, size: { width: number; height: number } | null): void {
    const ratio = this.owner.environment.page.pixelRatio();
    const drawn = size && { width: size.width * ratio, height: size.height * ratio };
    const before = this.#sizes.get(picture);
    if (before !== undefined && sameSize(before, drawn)) return;
    this.#sizes.set(picture, drawn);
    for (const seat of this.#seats) seat.want();
  }

  /** What is set for this browser has changed. */
  onPreferences(): void {
    for (const seat of this.#seats) seat.want();
  }

  /** The call as the server has it now. */
  onCall(call: Call): void {
    if (call.id !== this.call?.id || !this.live) return;
    this.call = call;
    const me = this.owner.chat.me.id;
    const removed = call.rings.some(({ person, state }) => person === me && state === "removed");
    if (call.state.kind === "ended") this.#end(call.state.reason);
    else if (removed) this.#end("removed_from_call");
    else {
      for (const seat of this.#seats) seat.onCall(call);
      this.#tellHold();
    }
  }

  onEvent(event: Event): void {
    const { seat } = this;
    if (seat === null || !this.live) return;
    if (event.type === "slots_changed") {
      this.#seatOf(event.participant)?.onSlots(event.slots);
    } else if (event.type === "sending_wanted") {
      this.#seatOf(event.participant)?.onWanted(event.sources);
    } else if (event.type === "speaking_changed" && event.call === this.call?.id) {
      this.#speakers = event.speakers;
      this.owner.onChange();
    } else if (event.type === "weak_changed" && event.call === this.call?.id) {
      this.#weak = event.participants;
      this.owner.onChange();
    } else if (event.type === "quality_changed" && event.participant === seat.participant) {
      this.#quality = event.quality;
      this.owner.onChange();
    } else if (event.type === "call_reaction" && event.call === this.call?.id) {
      this.floor.onReaction(this.call, event.participant, event.emoji);
    } else if (event.type === "sending_stopped" && event.participant === seat.participant) {
      this.#onStopped(event.source, event.by);
    } else if (event.type === "seat_lost" && event.participant === seat.participant) {
      this.#rejoin();
    } else if (event.type === "seat_lost" && event.participant === this.#move?.second.participant) {
      this.#onSecondLost(null);
    }
    this.#move?.onEvent(event);
  }

  /** The socket is back and the call is known to go on. */
  onOnline(): void {
    if (!this.live || this.call === null) return;
    const { seat, call } = this;
    const seated = call.participants.some(({ id }) => id === seat?.participant);
    if (seat === null) {
      if (this.#rejoinWaits) this.#rejoin();
    } else if (this.#move?.hasTakenOver === false) {
      // Whether the second connection took over meanwhile was said to nobody.
      this.#rejoin();
    } else if (seat.participant !== null && !seated) this.#rejoin();
    else {
      // The one that took over may not be drawn yet.
      for (const one of this.#seats) one.onOnline();
    }
    this.#tellHold();
  }

  /** Has the server know whether this device holds, when it knows otherwise. */
  #tellHold(): void {
    const { seat, onHold } = this;
    const participant = seat?.participant ?? null;
    const own = this.call?.participants.find(({ id }) => id === participant);
    if (participant === null || own === undefined || !this.owner.online()) return;
    if (own.on_hold === onHold || this.#tellingHold === onHold) return;
    this.#tellingHold = onHold;
    this.owner
      .ask({ type: "set_hold", participant, on_hold: onHold }, "done")
      // Not heard: the next news of the call tells again.
      .catch(() => {})
      .finally(() => {
        if (this.#tellingHold === onHold) this.#tellingHold = null;
      });
  }

  /** Marks on one's own tile. */
  get sending(): Sending {
    return { microphone: this.microphone.on, camera: this.camera.on, screen: this.screen.on };
  }

  /** Figures for tests; see `debug.ts`. */
  async stats(): Promise<CallStats> {
    const { seat, call } = this;
    const stats = new Map((await seat?.peer.stats())?.map((one) => [one.mid, one]));
    const carried = (seat?.slots ?? []).flatMap(({ mid, shown, live }) => {
      if (shown === null) return [];
      const { participant } = shown;
      const person = call?.participants.find(({ id }) => id === participant)?.person ?? null;
      return [{ mid, participant, person, live, received: stats.get(mid) }];
    });
    const mids = seat?.peer.mids;
    return {
      call: call?.id ?? null,
      participant: seat?.participant ?? null,
      media: seat?.state ?? null,
      offers: this.offers,
      video: carried
        .filter(({ mid }) => mids?.video.includes(mid))
        .map(({ received, ...slot }) => ({
          ...slot,
          framesDecoded: received?.framesDecoded ?? 0,
          width: received?.width ?? 0,
          height: received?.height ?? 0,
        })),
      audio: carried
        .filter(({ mid }) => mids?.audio.includes(mid))
        .map(({ mid, participant, person, received }) => ({
          mid,
          participant,
          person,
          energy: received?.totalAudioEnergy ?? 0,
        })),
    };
  }

  // ---------------------------------------------------------------- seats

  #take(): void {
    const { call } = this;
    if (!this.live || call === null) return;
    this.#rejoinWaits = false;
    const others = call.participants.filter(({ device }) => device !== this.owner.device);
    const seat = this.#newSeat(call.id, capacityFor(others.length));
    this.seat = seat;
    this.#remember();
    seat.join();
    this.owner.onChange();
  }

  #newSeat(call: CallId, capacity: Capacity): Seat {
    const seat: Seat = new Seat(this.owner.environment, call, capacity, this.#sizes, {
      ask: this.owner.ask,
      online: this.owner.online,
      outgoing: () => this.#outgoing(),
      onCall: (next) => this.owner.chat.onCall(next),
      onChange: () => this.#onSeat(seat),
      onStalled: () => this.move(),
      onLost: (problem) => {
        if (seat === this.seat) this.#onLost(problem);
        else if (seat === this.#move?.second) this.#onSecondLost(problem);
      },
    });
    return seat;
  }

  /** Opens another connection for the seat, which takes over from the present one once it is up. */
  move(): void {
    const { seat, call } = this;
    if (!this.live || call === null || seat === null || this.#move !== null) return;
    if (seat.participant === null || !this.owner.online()) return;
    const second = this.#newSeat(call.id, seat.peer.capacity);
    this.#move = new Move(seat, second, this.owner.environment.clock, {
      onDrawn: () => {
        this.#offers += seat.peer.offers;
        this.seat = second;
        this.sound.stop();
        this.#onSeat(second);
      },
      onDone: () => {
        this.#move = null;
      },
      onLost: () => this.#onSecondLost(null),
    });
  }

  /** The connections that are kept up to date: one, or two while the one changes for the other. */
  get #seats(): Seat[] {
    const second = this.#move?.second;
    return [this.seat, second === this.seat ? undefined : second].filter((seat) => seat != null);
  }

  /** The connection that the server means. */
  #seatOf(participant: ParticipantId): Seat | null {
    if (this.#move !== null) return this.#move.seatOf(participant);
    return this.seat?.participant === participant ? this.seat : null;
  }

  /** The second connection does not come: the first goes on, if it is there at all. */
  #onSecondLost(problem: Problem | null): void {
    const isFirstGood = this.#move?.hasTakenOver === false && this.seat?.peer.connected === true;
    this.#move?.stop();
    this.#move = null;
    // What is refused to the second one says nothing of the seat, which is taken anew.
    if (!isFirstGood) this.#onLost(problem === "call_over" ? problem : null);
  }

  #onSeat(seat: Seat): void {
    if (this.seat !== seat) return;
    if (seat.participant !== null && !this.onHold) this.sound.follow(seat.peer);
    this.#tellHold();
    if (seat.state === "connected") {
      this.everConnected = true;
      this.#attempts = 0;
    }
    this.owner.onChange();
  }

  #onLost(problem: Problem | null): void {
    if (!this.live) return;
    if (problem === "call_over") this.#end("completed");
    // Another connection is under way that may take its place, or has: then what was still offered
    // for this one is refused.
    else if (this.#move?.isDrawn === false) this.owner.onChange();
    else if (problem === null || PASSING.has(problem)) this.#rejoin();
    else this.#end(problem);
  }

  /** Takes another seat in the same call. */
  #rejoin(): void {
    if (!this.live) return;
    this.#dropSeat();
    this.#cancelRejoin();
    if (!this.owner.online()) {
      this.#rejoinWaits = true;
      this.owner.onChange();
      return;
    }
    const wait = this.#attempts === 0 ? 0 : Math.min(MAX_WAIT_MS, 500 * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#cancelRejoin = this.owner.environment.clock.after(wait, () => {
      if (this.owner.online()) this.#take();
      else this.#rejoinWaits = true;
    });
    this.owner.onChange();
  }

  #dropSeat(): void {
    this.#offers = this.offers;
    this.#move?.stop();
    this.#move = null;
    this.seat?.close();
    this.seat = null;
    this.#speakers = [];
    this.#weak = [];
    this.#quality = null;
    this.sound.stop();
  }

  #end(reason: EndReason | Problem): void {
    if (!this.live) return;
    const answered = this.call?.answered_at_ms ?? null;
    this.ending = {
      reason,
      durationMs: answered === null ? 0 : Math.max(0, this.owner.now() - answered),
    };
    this.#release();
    this.owner.onChange();
  }

  #release(): void {
    this.#cancelRejoin();
    this.#cancelNetwork();
    this.#cancelPlugs();
    this.#meter.stop();
    this.#dropSeat();
    this.microphone.release();
    this.camera.release();
    this.screen.stop();
    if (this.call !== null) forgetCall(this.owner.environment.tab, this.call.id);
  }

  // ---------------------------------------------------------------- devices

  /** Opens the devices, but does not keep the others waiting for a question the person ponders. */
  #openDevices(microphone: boolean, camera: boolean): Promise<void> {
    const opening = Promise.all([
      microphone ? this.microphone.switchOn() : undefined,
      camera ? this.camera.switchOn() : undefined,
    ]);
    // The names of devices are told once one of them was allowed.
    void opening.then(() => this.speaker.refreshChoices());
    return new Promise((resolve) => {
      const cancel = this.owner.environment.clock.after(DEVICE_PATIENCE_MS, resolve);
      void opening.then(() => {
        cancel();
        resolve();
      });
    });
  }

  #outgoing(): Outgoing {
    const { video, audio, mode } = this.screen;
    return {
      microphone: this.microphone.track,
      camera: this.camera.track,
      screen: video && { video, audio, mode },
      sending: this.sending,
    };
  }

  async #onOutgoing(kind: "microphone" | "camera" | "screen"): Promise<void> {
    if (!this.live) return;
    try {
      await Promise.all(this.#seats.map((seat) => seat.onOutgoing(kind)));
    } catch {
      // The connection was closed in between; the next seat starts with the right tracks.
    }
  }

  /** Something was plugged in or pulled out: it can be chosen, or no longer. */
  #onPlug(): void {
    for (const one of [this.microphone, this.camera, this.speaker]) void one.refreshChoices();
  }

  #onDevice(): void {
    if (!this.live) return;
    this.#remember();
    for (const seat of this.#seats) seat.tellSending();
    this.owner.onChange();
  }

  /** The server lets it through no longer: the device goes off, and can be turned on again. */
  #onStopped(source: Source, by: PersonId): void {
    if (source === "microphone") this.microphone.switchOff();
    if (source === "camera") this.camera.switchOff();
    if (source === "screen" || source === "screen_audio") this.screen.stop();
    const { chat, views, notices } = this.owner;
    notices.add({ kind: "stopped", source, by: views.person(chat, by).name });
  }

  #remember(): void {
    if (this.call === null || this.seat === null) return;
    rememberCall(this.owner.environment.tab, {
      call: this.call.id,
      person: this.owner.chat.me.id,
      ...(this.#held ?? { microphone: this.microphone.on, camera: this.camera.on }),
      onHold: this.onHold,
    });
  }
}

function sameSize(one: Size | null, other: Size | null): boolean {
  return one?.width === other?.width && one?.height === other?.height;
}

/** Problems for which another try is worth it. */
const PASSING: ReadonlySet<Problem> = new Set([
  "unreachable",
  "unavailable",
  "rate_limited",
  "internal",
  "not_in_call",
]);

/** Longest pause between two attempts to come back, in ms. */
const MAX_WAIT_MS = 8_000;

/** How long a join waits for the devices, in ms; they may come later. */
const DEVICE_PATIENCE_MS = 1_000;
