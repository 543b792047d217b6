/**
 * A look at oneself before the others see one: the devices, one's own picture and voice. What one
 * went in with the last time is on again.
 */

import type { Cancel, Environment } from "../environment";
import type { GuestDevices } from "../guest";
import type { DeviceLook } from "../model";
import { Device } from "./device";
import { SpeakerChoice } from "./speaker";

/** What a look needs of the page. */
export type LookEnvironment = Pick<
  Environment,
  "devices" | "shared" | "blur" | "speaker" | "createStream"
>;

/** One look. */
export class Look {
  readonly #microphone: Device;
  readonly #camera: Device;
  readonly #speaker: SpeakerChoice;
  readonly #cancelPlugs: Cancel;
  #stream: { track: MediaStreamTrack; stream: MediaStream } | null = null;

  /** Opens what was on the last time; where that is not known, a camera only if `wantsCamera`. */
  constructor(
    private readonly environment: LookEnvironment,
    wantsCamera: boolean,
    onChange: () => void,
  ) {
    // A device that is pulled out falls back by itself; what is drawn says so.
    const rest = { onTrack: () => {}, onChange, onLost: () => {} };
    this.#microphone = new Device("microphone", environment, rest);
    this.#camera = new Device("camera", environment, rest);
    this.#speaker = new SpeakerChoice(environment, onChange);
    this.#cancelPlugs = followPlugs(environment.devices, () => this.#refresh());
    const { shared } = environment;
    if (shared.getItem(MICROPHONE_KEY) !== OFF) void this.#microphone.switchOn();
    const camera = shared.getItem(CAMERA_KEY) ?? (wantsCamera ? ON : OFF);
    if (camera === ON) void this.#camera.switchOn();
    this.#refresh();
  }

  draw(): DeviceLook {
    return {
      microphone: this.#microphone.control,
      camera: this.#camera.control,
      speaker: this.#speaker.control,
      picture: this.#camera.on ? this.#streamOf(this.#camera.track) : null,
      voice: this.#microphone.on ? this.#microphone.track : null,
    };
  }

  /** What is on now, and is on again the next time. */
  take(): GuestDevices {
    const taken = { microphone: this.#microphone.on, camera: this.#camera.on };
    const { shared } = this.environment;
    shared.setItem(MICROPHONE_KEY, taken.microphone ? ON : OFF);
    shared.setItem(CAMERA_KEY, taken.camera ? ON : OFF);
    return taken;
  }

  /** Lets go of the devices. */
  close(): void {
    this.#cancelPlugs();
    this.#microphone.release();
    this.#camera.release();
  }

  #refresh(): void {
    for (const one of [this.#microphone, this.#camera, this.#speaker]) void one.refreshChoices();
  }

  /** The same stream for the same track: a video element must not start over at every change. */
  #streamOf(track: MediaStreamTrack | null): MediaStream | null {
    if (track === null) return null;
    if (this.#stream?.track !== track) {
      this.#stream = { track, stream: this.environment.createStream([track]) };
    }
    return this.#stream.stream;
  }
}

/** Calls back whenever a device is plugged in or pulled out. */
export function followPlugs(devices: MediaDevices | undefined, action: () => void): Cancel {
  devices?.addEventListener("devicechange", action);
  return () => devices?.removeEventListener("devicechange", action);
}

/** Whether one went into the last call with these on. */
const MICROPHONE_KEY = "palabre.join-microphone";
const CAMERA_KEY = "palabre.join-camera";
const ON = "on";
const OFF = "off";
