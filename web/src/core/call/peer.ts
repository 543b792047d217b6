/**
 * One peer connection to the server: the client always offers, and receives in fixed slots.
 *
 * The sending sections come first (microphone, camera), then the slots in pairs. They are there from
 * the first offer on, whether or not there is anything to send, so that switching a device never
 * needs another offer. What is shared gets its sections when it is shared first: most people never
 * do, and every section makes every offer longer.
 */

import type { Environment } from "../environment";
import type { ScreenMode } from "../model";
import type { Layer, Source, SourceSection, WantedSource } from "../protocol";
import { spokenOf } from "./codecs";
import { type Encoding, layersOf, planEncodings, planScreen } from "./layers";
import type { Capacity, SlotMids } from "./slots";

/** How the media stands. */
export type PeerState = "connecting" | "connected" | "interrupted" | "failed";

/** What an offer consists of. */
export type Offer = { offer: string; sources: SourceSection[] };

/** Frames, sizes and energies, for tests. */
export type SlotStats = {
  mid: string;
  kind: "audio" | "video";
  framesDecoded: number;
  width: number;
  height: number;
  totalAudioEnergy: number;
};

/** One peer connection. */
export class Peer {
  readonly #connection: RTCPeerConnection;
  #offers = 0;
  #encodings: Encoding[];
  #picture = ASSUMED_PICTURE;
  #screenLayers: Layer[] = [];
  #screenEncodings: Encoding[] = [];
  #screenMode: ScreenMode = "text";
  readonly #microphone: RTCRtpTransceiver;
  readonly #camera: RTCRtpTransceiver;
  #screen: { video: RTCRtpTransceiver; audio: RTCRtpTransceiver } | null = null;
  readonly #audio: RTCRtpTransceiver[] = [];
  readonly #video: RTCRtpTransceiver[] = [];
  /** What somebody looks at; a source that was not told of yet is sent whole. */
  #wanted: readonly WantedSource[] = [];
  /** One change of the encodings at a time: what `getParameters` gave is good for one. */
  #applying: Promise<void> = Promise.resolve();

  constructor(
    private readonly environment: Pick<Environment, "createPeer" | "codecs">,
    tracks: { microphone: MediaStreamTrack | null; camera: MediaStreamTrack | null },
    capacity: Capacity,
    onState: (state: PeerState) => void,
  ) {
    this.#connection = environment.createPeer();
    this.#picture = pictureOf(tracks.camera) ?? ASSUMED_PICTURE;
    this.#encodings = planEncodings(this.#picture.width, this.#picture.height);
    this.#microphone = this.#add(tracks.microphone ?? "audio", {
      direction: "sendonly",
    });
    this.#camera = this.#add(tracks.camera ?? "video", {
      direction: "sendonly",
      sendEncodings: this.#encodings,
    });
    this.grow(capacity);
    const connection = this.#connection;
    connection.onconnectionstatechange = () => onState(stateOf(connection.connectionState));
  }

  /** How many offers were made. */
  get offers(): number {
    return this.#offers;
  }

  get connected(): boolean {
    return this.#connection.connectionState === "connected";
  }

  get capacity(): Capacity {
    return { audio: this.#audio.length, video: this.#video.length };
  }

  /** Known from the first offer on. */
  get mids(): SlotMids {
    return { audio: this.#audio.map(midOf), video: this.#video.map(midOf) };
  }

  /** Adds slots, which the next offer asks for. */
  grow(capacity: Capacity): void {
    const pairs = Math.max(capacity.audio, capacity.video);
    for (let pair = 0; pair < pairs; pair += 1) {
      if (this.#audio.length <= pair && pair < capacity.audio) {
        this.#audio.push(this.#add("audio", { direction: "recvonly" }));
      }
      if (this.#video.length <= pair && pair < capacity.video) {
        this.#video.push(this.#add("video", { direction: "recvonly" }));
      }
    }
  }

  /** Makes an offer; `restart` also looks for a new way to the server. */
  async offer(restart: boolean): Promise<Offer> {
    this.#offers += 1;
    if (restart) this.#connection.restartIce();
    await this.#connection.setLocalDescription();
    const offer = this.#connection.localDescription?.sdp ?? "";
    return { offer, sources: this.#sources() };
  }

  async accept(answer: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: "answer", sdp: answer });
  }

  async setMicrophone(track: MediaStreamTrack | null): Promise<void> {
    await this.#microphone.sender.replaceTrack(track);
  }

  /** Returns whether the layers are no longer those of the last offer. */
  async setCamera(track: MediaStreamTrack | null): Promise<boolean> {
    await this.#camera.sender.replaceTrack(track);
    const picture = pictureOf(track);
    if (picture === null || same(picture, this.#picture)) return false;
    this.#picture = picture;
    this.#encodings = planEncodings(picture.width, picture.height);
    await this.#applyEncodings();
    return true;
  }

  /**
   * Sends what is shared, in the way that suits it, or nothing. Returns whether an offer has to tell.
   *
   * A section that sends nothing is inactive, so that it holds no slot at the others.
   */
  async setScreen(shared: SharedScreen | null): Promise<boolean> {
    if (this.#screen === null && shared === null) return false;
    // Its layers have other sizes then.
    const isModeNew = shared !== null && shared.mode !== this.#screenMode;
    if (shared !== null) {
      const { width, height } = pictureOf(shared.video) ?? ASSUMED_PICTURE;
      this.#screenMode = shared.mode;
      this.#screenEncodings = planScreen(shared.mode, width, height);
      this.#screenLayers = layersOf(this.#screenEncodings, width, height);
    }
    this.#screen ??= {
      video: this.#add("video", { direction: "inactive", sendEncodings: this.#screenEncodings }),
      audio: this.#add("audio", { direction: "inactive" }),
    };
    const { video, audio } = this.#screen;
    await video.sender.replaceTrack(shared?.video ?? null);
    await audio.sender.replaceTrack(shared?.audio ?? null);
    await this.#applyEncodings();
    const isVideoNew = direct(video, shared !== null);
    const isAudioNew = direct(audio, shared?.audio != null);
    return isVideoNew || isAudioNew || isModeNew;
  }

  /** What somebody looks at, as it was told last. */
  get wanted(): readonly WantedSource[] {
    return this.#wanted;
  }

  /** Sends of the pictures only what somebody looks at. */
  setWanted(wanted: readonly WantedSource[]): Promise<void> {
    this.#wanted = wanted;
    return this.#applyEncodings();
  }

  /** What comes in on a slot. */
  track(mid: string): MediaStreamTrack | null {
    const slot = [...this.#audio, ...this.#video].find((one) => one.mid === mid);
    return slot?.receiver.track ?? null;
  }

  /** How loud each audio slot was in its latest packet, 0 to 1 (RFC 6464), and when that was. */
  levels(): { mid: string; level: number; timestamp: number }[] {
    return this.#audio.flatMap((slot) => {
      const [source] = slot.receiver.getSynchronizationSources();
      if (source === undefined) return [];
      return [{ mid: midOf(slot), level: source.audioLevel ?? 0, timestamp: source.timestamp }];
    });
  }

  /** How loud one's own microphone is, 0 to 1. */
  async ownLevel(): Promise<number> {
    const report = await this.#microphone.sender.getStats();
    for (const stats of report.values()) {
      if (stats.type === "media-source") return stats.audioLevel ?? 0;
    }
    return 0;
  }

  /** What every slot received so far. */
  async stats(): Promise<SlotStats[]> {
    const report = await this.#connection.getStats();
    const slots: SlotStats[] = [];
    for (const stats of report.values()) {
      if (stats.type !== "inbound-rtp") continue;
      slots.push({
        mid: stats.mid,
        kind: stats.kind,
        framesDecoded: stats.framesDecoded ?? 0,
        width: stats.frameWidth ?? 0,
        height: stats.frameHeight ?? 0,
        totalAudioEnergy: stats.totalAudioEnergy ?? 0,
      });
    }
    return slots;
  }

  close(): void {
    this.#connection.onconnectionstatechange = null;
    this.#connection.close();
  }

  /** Adds a section that names only codecs the server speaks: a full list is five times as long. */
  #add(what: MediaStreamTrack | "audio" | "video", init: RTCRtpTransceiverInit): RTCRtpTransceiver {
    const transceiver = this.#connection.addTransceiver(what, init);
    const kind = typeof what === "string" ? what : what.kind === "audio" ? "audio" : "video";
    const spoken = spokenOf(this.environment.codecs(kind));
    if (spoken.length > 0) transceiver.setCodecPreferences(spoken);
    return transceiver;
  }

  #sources(): SourceSection[] {
    const { width, height } = this.#picture;
    return [
      { mid: midOf(this.#microphone), source: "microphone", layers: [] },
      {
        mid: midOf(this.#camera),
        source: "camera",
        layers: layersOf(this.#encodings, width, height),
      },
      ...this.#screenSources(),
    ];
  }

  #screenSources(): SourceSection[] {
    if (this.#screen === null) return [];
    const { video, audio } = this.#screen;
    const sections: SourceSection[] = [];
    if (video.direction === "sendonly") {
      sections.push({ mid: midOf(video), source: "screen", layers: this.#screenLayers });
    }
    if (audio.direction === "sendonly") {
      sections.push({ mid: midOf(audio), source: "screen_audio", layers: [] });
    }
    return sections;
  }

  #applyEncodings(): Promise<void> {
    const apply = async (): Promise<void> => {
      const parameters = this.#camera.sender.getParameters();
      for (const encoding of parameters.encodings) {
        const planned = this.#encodings.find(({ rid }) => rid === encoding.rid);
        if (planned === undefined) continue;
        const active = planned.active && isWanted(this.#wanted, "camera", planned.rid);
        Object.assign(encoding, planned, { active });
      }
      await this.#camera.sender.setParameters(parameters);
      if (this.#screen !== null) await this.#applyScreen(this.#screen.video.sender);
    };
    const applied = this.#applying.then(apply);
    this.#applying = applied.catch(() => {});
    return applied;
  }

  /** Text keeps its sharpness on a narrow link, and motion its flow. */
  async #applyScreen(sender: RTCRtpSender): Promise<void> {
    const parameters: RTCRtpSendParameters & { degradationPreference?: string } =
      sender.getParameters();
    for (const encoding of parameters.encodings) {
      const planned = this.#screenEncodings.find(({ rid }) => rid === encoding.rid);
      if (planned === undefined) continue;
      const active = planned.active && isWanted(this.#wanted, "screen", planned.rid);
      Object.assign(encoding, planned, { active });
    }
    parameters.degradationPreference =
      this.#screenMode === "text" ? "maintain-resolution" : "maintain-framerate";
    await sender.setParameters(parameters);
  }
}

/** What is shared, and what matters in it. */
export type SharedScreen = {
  video: MediaStreamTrack;
  audio: MediaStreamTrack | null;
  mode: ScreenMode;
};

/** Lets a section send or not; returns whether that is new. */
function direct(transceiver: RTCRtpTransceiver, sends: boolean): boolean {
  const direction = sends ? "sendonly" : "inactive";
  const isNew = transceiver.direction !== direction;
  transceiver.direction = direction;
  return isNew;
}

/** Whether somebody looks at a layer. */
function isWanted(wanted: readonly WantedSource[], source: Source, rid: string): boolean {
  const told = wanted.find((one) => one.source === source);
  return told === undefined || (!told.paused && told.rids.includes(rid));
}

function midOf(transceiver: RTCRtpTransceiver): string {
  return transceiver.mid ?? "";
}

function pictureOf(track: MediaStreamTrack | null): { width: number; height: number } | null {
  const { width, height } = track?.getSettings() ?? {};
  return width === undefined || height === undefined ? null : { width, height };
}

function same(
  one: { width: number; height: number },
  other: { width: number; height: number },
): boolean {
  return one.width === other.width && one.height === other.height;
}

function stateOf(state: RTCPeerConnectionState): PeerState {
  switch (state) {
    case "new":
    case "connecting":
      return "connecting";
    case "connected":
      return "connected";
    case "disconnected":
      return "interrupted";
    case "failed":
    case "closed":
      return "failed";
  }
}

/** Size of a camera that is not on yet, what it will be asked for; and of what does not tell its size. */
const ASSUMED_PICTURE = { width: 1280, height: 720 };
