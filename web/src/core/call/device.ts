/** The microphone or the camera: getting it, switching it, losing it. */

import type { Environment } from "../environment";
import type { DeviceControl, DeviceRefusal } from "../model";
import { setWantsBlur, wantsBlur } from "./blur";

/** Which of the two. */
export type DeviceKind = "microphone" | "camera";

/** What a device tells its owner. */
export type DeviceOwner = {
  /** What is to be sent now; null for nothing. */
  onTrack: (track: MediaStreamTrack | null) => void;
  onChange: () => void;
  /** It was unplugged or taken away while it was on. */
  onLost: () => void;
  /** The background can be blurred no longer; the camera went off rather than show it. */
  onBlurLost?: () => void;
};

/** What is captured: as it comes, and as it is sent. */
type Captured = { raw: MediaStreamTrack; track: MediaStreamTrack; stopBlur: () => void };

/** One capture device during a call. */
export class Device {
  #state: DeviceControl["state"] = { kind: "off" };
  #captured: Captured | null = null;
  #blurFailed = false;
  #choices: DeviceControl["choices"] = [];
  /** Counts attempts, so that one that was overtaken lets go of what it got. */
  #attempt = 0;

  constructor(
    private readonly kind: DeviceKind,
    private readonly environment: Pick<Environment, "devices" | "shared" | "blur">,
    private readonly owner: DeviceOwner,
  ) {}

  get on(): boolean {
    return this.#state.kind === "on";
  }

  /** What is captured; there may be a muted track while it is off. */
  get track(): MediaStreamTrack | null {
    return this.#captured?.track ?? null;
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
      blur: this.#blur(),
    };
  }

  /** Gets the device, asking the person for leave when the browser wants that. */
  async switchOn(): Promise<void> {
    const { track } = this;
    if (track !== null) {
      track.enabled = true;
      this.#setState({ kind: "on" });
      this.owner.onTrack(track);
      return;
    }
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#setState({ kind: "starting" });
    try {
      const captured = await this.#capture(attempt);
      if (attempt !== this.#attempt) {
        letGo(captured);
        return;
      }
      this.#take(captured);
    } catch (error) {
      if (attempt === this.#attempt) this.#setState({ kind: "refused", reason: refusalOf(error) });
    }
    await this.refreshChoices();
  }

  /** Sends nothing. The camera is let go of, so that its light goes out. */
  switchOff(): void {
    this.#attempt += 1;
    if (this.kind === "camera") this.#drop();
    else if (this.track !== null) this.track.enabled = false;
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
    await this.#captureAnew();
  }

  async #captureAnew(): Promise<void> {
    const wasOn = this.on;
    this.#drop();
    if (wasOn) await this.switchOn();
    else this.owner.onChange();
  }

  #blur(): DeviceControl["blur"] {
    const { blur, shared } = this.environment;
    if (this.kind !== "camera" || blur === undefined) return undefined;
    const set = (on: boolean): void => {
      setWantsBlur(shared, on);
      this.#blurFailed = false;
      void this.#captureAnew();
    };
    const starting = this.#state.kind === "starting";
    return {
      on: wantsBlur(shared),
      failed: this.#blurFailed,
      set: starting ? undefined : set,
    };
  }

  async #capture(attempt: number): Promise<Captured> {
    const raw = await this.#open();
    const { blur, shared } = this.environment;
    if (this.kind !== "camera" || blur === undefined || !wantsBlur(shared)) {
      return { raw, track: raw, stopBlur: () => {} };
    }
    try {
      const { track, stop } = await blur.start(raw, () => this.#onBlurFailed(attempt));
      return { raw, track, stopBlur: stop };
    } catch (error) {
      raw.stop();
      throw error;
    }
  }

  /** Nothing is shown that was to be hidden: the camera goes off, and what cannot be is not tried again. */
  #onBlurFailed(attempt: number): void {
    setWantsBlur(this.environment.shared, false);
    if (attempt !== this.#attempt) return;
    this.#blurFailed = true;
    this.switchOff();
    this.owner.onBlurLost?.();
  }

  async #open(): Promise<MediaStreamTrack> {
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

  #take(captured: Captured): void {
    this.#captured = captured;
    captured.raw.onended = () => {
      if (this.#captured === captured) void this.#onEnded();
    };
    this.#setState({ kind: "on" });
    this.owner.onTrack(captured.track);
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
    if (this.#captured !== null) letGo(this.#captured);
    this.#captured = null;
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

function letGo({ raw, track, stopBlur }: Captured): void {
  raw.onended = null;
  raw.stop();
  track.stop();
  stopBlur();
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
