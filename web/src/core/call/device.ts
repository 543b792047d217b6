/** The microphone or the camera: getting it, switching it, losing it. */

import type { Environment } from "../environment";
import type { DeviceControl, DeviceRefusal } from "../model";

/** Which of the two. */
export type DeviceKind = "microphone" | "camera";

/** What a device tells its owner. */
export type DeviceOwner = {
  /** What is to be sent now; null for nothing. */
  onTrack: (track: MediaStreamTrack | null) => void;
  onChange: () => void;
  /** It was unplugged or taken away while it was on. */
  onLost: () => void;
};

/** One capture device during a call. */
export class Device {
  #state: DeviceControl["state"] = { kind: "off" };
  #track: MediaStreamTrack | null = null;
  #choices: DeviceControl["choices"] = [];
  /** Counts attempts, so that one that was overtaken lets go of what it got. */
  #attempt = 0;

  constructor(
    private readonly kind: DeviceKind,
    private readonly environment: Pick<Environment, "devices" | "shared">,
    private readonly owner: DeviceOwner,
  ) {}

  get on(): boolean {
    return this.#state.kind === "on";
  }

  /** What is captured; there may be a muted track while it is off. */
  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  /** Draws the control. */
  get control(): DeviceControl {
    const starting = this.#state.kind === "starting";
    return {
      state: this.#state,
      toggle: starting ? undefined : () => (this.on ? this.switchOff() : void this.switchOn()),
      choices: this.#choices,
      chosen: this.#chosen(),
      choose: starting ? undefined : (id) => void this.#choose(id),
    };
  }

  /** Gets the device, asking the person for leave when the browser wants that. */
  async switchOn(): Promise<void> {
    if (this.#track !== null) {
      this.#track.enabled = true;
      this.#setState({ kind: "on" });
      this.owner.onTrack(this.#track);
      return;
    }
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#setState({ kind: "starting" });
    try {
      const track = await this.#capture();
      if (attempt !== this.#attempt) {
        track.stop();
        return;
      }
      this.#take(track);
    } catch (error) {
      if (attempt === this.#attempt) this.#setState({ kind: "refused", reason: refusalOf(error) });
    }
    await this.refreshChoices();
  }

  /** Sends nothing. The camera is let go of, so that its light goes out. */
  switchOff(): void {
    this.#attempt += 1;
    if (this.kind === "camera") this.#drop();
    else if (this.#track !== null) this.#track.enabled = false;
    this.#setState({ kind: "off" });
    if (this.kind === "camera") this.owner.onTrack(null);
  }

  /** Lets go of the device. */
  release(): void {
    this.#attempt += 1;
    this.#drop();
    this.#state = { kind: "off" };
  }

  /** Reads again what can be chosen from. */
  async refreshChoices(): Promise<void> {
    const { devices } = this.environment;
    if (devices === undefined) return;
    const input = this.kind === "microphone" ? "audioinput" : "videoinput";
    const found = await devices.enumerateDevices().catch(() => []);
    this.#choices = found
      .filter(({ kind, deviceId }) => kind === input && deviceId !== "")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
    this.owner.onChange();
  }

  async #choose(id: string): Promise<void> {
    this.environment.shared.setItem(this.#storageKey(), id);
    const wasOn = this.on;
    this.#drop();
    if (wasOn) await this.switchOn();
    else this.owner.onChange();
  }

  async #capture(): Promise<MediaStreamTrack> {
    const { devices } = this.environment;
    if (devices === undefined) throw new DOMException("", "SecurityError");
    const chosen = this.#chosen();
    const wish = chosen === null ? {} : { deviceId: { ideal: chosen } };
    const stream = await devices.getUserMedia(
      this.kind === "microphone"
        ? { audio: { ...MICROPHONE, ...wish } }
        : { video: { ...CAMERA, ...wish } },
    );
    const [track] = stream.getTracks();
    if (track === undefined) throw new DOMException("", "NotFoundError");
    return track;
  }

  #take(track: MediaStreamTrack): void {
    this.#track = track;
    track.onended = () => {
      if (this.#track === track) void this.#onEnded();
    };
    this.#setState({ kind: "on" });
    this.owner.onTrack(track);
  }

  /** Falls back to another device of the kind, if there is one. */
  async #onEnded(): Promise<void> {
    const wasOn = this.on;
    this.#drop();
    this.environment.shared.removeItem(this.#storageKey());
    this.owner.onTrack(null);
    if (!wasOn) return;
    this.owner.onLost();
    await this.switchOn();
  }

  #drop(): void {
    if (this.#track === null) return;
    this.#track.onended = null;
    this.#track.stop();
    this.#track = null;
  }

  #chosen(): string | null {
    return this.environment.shared.getItem(this.#storageKey());
  }

  #storageKey(): string {
    return `palabre.${this.kind}`;
  }

  #setState(state: DeviceControl["state"]): void {
    this.#state = state;
    this.owner.onChange();
  }
}

/** What the error of a capture means to a person. */
export function refusalOf(error: unknown): DeviceRefusal {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  return REFUSALS[name] ?? "unknown";
}

/** What the names of `getUserMedia`'s errors mean to a person (Media Capture and Streams § 10.2). */
const REFUSALS: Readonly<Record<string, DeviceRefusal>> = {
  NotAllowedError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "in_use",
  AbortError: "in_use",
  SecurityError: "insecure",
};

/** What is asked of a microphone. */
const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** What is asked of a camera: enough for three layers. */
const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};
