/** A peer connection and devices that tests drive. */

import type { Blur } from "../call/blur";

/** Stands in for `RTCPeerConnection`: keeps sections, and offers them as a list of mids. */
export class FakePeer {
  static all: FakePeer[] = [];
  connectionState: RTCPeerConnectionState = "new";
  onconnectionstatechange: (() => void) | null = null;
  localDescription: { sdp: string } | null = null;
  restarts = 0;
  readonly answers: string[] = [];
  readonly transceivers: FakeTransceiver[] = [];

  constructor() {
    FakePeer.all.push(this);
  }

  addTransceiver(
    trackOrKind: MediaStreamTrack | "audio" | "video",
    init: { direction: string; sendEncodings?: RTCRtpEncodingParameters[] },
  ): FakeTransceiver {
    const transceiver = new FakeTransceiver(trackOrKind, init);
    this.transceivers.push(transceiver);
    return transceiver;
  }

  restartIce(): void {
    this.restarts += 1;
  }

  async setLocalDescription(): Promise<void> {
    for (const [index, transceiver] of this.transceivers.entries()) {
      transceiver.mid ??= String(index);
    }
    this.localDescription = { sdp: `offer of ${this.transceivers.length} sections` };
  }

  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.answers.push(sdp);
  }

  async getStats(): Promise<Map<string, unknown>> {
    return new Map();
  }

  close(): void {
    this.connectionState = "closed";
  }

  /** The network decides. */
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  slots(kind: "audio" | "video"): FakeTransceiver[] {
    return this.transceivers.filter((one) => one.kind === kind && one.direction === "recvonly");
  }
}

class FakeTransceiver {
  mid: string | null = null;
  readonly kind: "audio" | "video";
  direction: string;
  readonly sender;
  readonly receiver;
  levels: RTCRtpSynchronizationSource[] = [];
  readonly setCodecPreferences = (): void => {};

  constructor(
    trackOrKind: MediaStreamTrack | "audio" | "video",
    init: { direction: string; sendEncodings?: RTCRtpEncodingParameters[] },
  ) {
    const track = typeof trackOrKind === "string" ? null : trackOrKind;
    this.kind = typeof trackOrKind === "string" ? trackOrKind : (trackOrKind.kind as "audio");
    this.direction = init.direction;
    const encodings = (init.sendEncodings ?? []).map((encoding) => ({ ...encoding }));
    this.sender = {
      track,
      encodings,
      async replaceTrack(next: MediaStreamTrack | null) {
        this.track = next;
      },
      getParameters() {
        return { encodings: this.encodings };
      },
      async setParameters(parameters: { encodings: RTCRtpEncodingParameters[] }) {
        this.encodings = parameters.encodings;
      },
      getStats: async () => new Map([["source", { type: "media-source", audioLevel: 0.5 }]]),
    };
    this.receiver = {
      track: { id: crypto.randomUUID(), kind: this.kind } as MediaStreamTrack,
      getSynchronizationSources: () => this.levels,
    };
  }
}

/** Stands in for `navigator.mediaDevices`. */
export class FakeDevices {
  /** Name of the error that `getUserMedia` throws, by kind. */
  readonly refuses: { audio?: string; video?: string } = {};
  picture = { width: 1280, height: 720 };
  /** While set, `getUserMedia` waits as for a person who ponders. */
  pondering: Promise<void> | null = null;
  readonly tracks: FakeTrack[] = [];
  /** Who wants to hear of plugs. */
  readonly plugged = new Set<() => void>();

  async getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    if (this.pondering !== null) await this.pondering;
    const kind = constraints.audio === undefined ? "video" : "audio";
    const refusal = this.refuses[kind];
    if (refusal !== undefined) throw new DOMException("", refusal);
    const track = new FakeTrack(kind, this.picture);
    this.tracks.push(track);
    return { getTracks: () => [track] } as unknown as MediaStream;
  }

  addEventListener(_name: "devicechange", action: () => void): void {
    this.plugged.add(action);
  }

  removeEventListener(_name: "devicechange", action: () => void): void {
    this.plugged.delete(action);
  }

  async getDisplayMedia(): Promise<MediaStream> {
    const tracks = [new FakeTrack("video", this.picture), new FakeTrack("audio", this.picture)];
    this.tracks.push(...tracks);
    return {
      getTracks: () => tracks,
      getVideoTracks: () => tracks.slice(0, 1),
      getAudioTracks: () => tracks.slice(1),
    } as unknown as MediaStream;
  }

  async enumerateDevices(): Promise<{ kind: string; deviceId: string; label: string }[]> {
    return [
      { kind: "audioinput", deviceId: "mic-1", label: "Headset" },
      { kind: "videoinput", deviceId: "cam-1", label: "Webcam" },
      { kind: "audiooutput", deviceId: "out-1", label: "Headset" },
    ];
  }
}

/** Stands in for the worker that blurs. */
export class FakeBlur {
  /** This machine cannot. */
  cannot = false;
  readonly running: { camera: MediaStreamTrack; track: FakeTrack; fail: () => void }[] = [];

  readonly start: Blur["start"] = async (camera, onFailed) => {
    if (this.cannot) {
      onFailed();
      throw new DOMException("", "NotSupportedError");
    }
    const track = new FakeTrack("video", { width: 1280, height: 720 });
    const one = { camera, track, fail: onFailed };
    this.running.push(one);
    return {
      track: track as unknown as MediaStreamTrack,
      stop: () => this.running.splice(this.running.indexOf(one), 1),
    };
  };
}

class FakeTrack {
  enabled = true;
  readyState: "live" | "ended" = "live";
  contentHint = "";
  onended: (() => void) | null = null;

  constructor(
    readonly kind: "audio" | "video",
    private readonly picture: { width: number; height: number },
  ) {}

  getSettings(): MediaTrackSettings {
    return this.kind === "video" ? this.picture : {};
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** Somebody pulls the plug. */
  unplug(): void {
    this.readyState = "ended";
    this.onended?.();
  }
}
