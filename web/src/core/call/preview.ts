/**
 * Before one joins a call under way: seeing and hearing oneself, choosing devices, and going in with
 * what is on. A refused device keeps nobody out: then one only listens.
 */

import type { Cancel, Environment } from "../environment";
import type { JoinPreview } from "../model";
import type { Call } from "../protocol";
import { Device } from "./device";
import { SpeakerChoice } from "./speaker";

/** What a preview needs of its owner. */
export type PreviewOwner = {
  environment: Environment;
  onChange: () => void;
  /** Goes in with these devices. */
  join: (call: Call, microphone: boolean, camera: boolean) => void;
  cancel: () => void;
};

/** One preview. */
export class Preview {
  readonly #microphone: Device;
  readonly #camera: Device;
  readonly #speaker: SpeakerChoice;
  readonly #cancelPlugs: Cancel;
  #stream: { track: MediaStreamTrack; stream: MediaStream } | null = null;

  constructor(
    public call: Call,
    private readonly owner: PreviewOwner,
  ) {
    const { environment, onChange } = owner;
    // A device that is pulled out falls back by itself; what is drawn says so.
    const rest = { onTrack: () => {}, onChange, onLost: () => {} };
    this.#microphone = new Device("microphone", environment, rest);
    this.#camera = new Device("camera", environment, rest);
    this.#speaker = new SpeakerChoice(environment, onChange);
    this.#cancelPlugs = followPlugs(environment.devices, () => this.#refresh());
    const { shared } = environment;
    if (shared.getItem(MICROPHONE_KEY) !== OFF) void this.#microphone.switchOn();
    const camera = shared.getItem(CAMERA_KEY) ?? (call.media === "video" ? ON : OFF);
    if (camera === ON) void this.#camera.switchOn();
    this.#refresh();
  }

  /** The call as the server has it now. */
  onCall(call: Call): void {
    if (call.id !== this.call.id) return;
    if (call.state.kind === "ended") this.owner.cancel();
    else this.call = call;
  }

  draw(title: string, people: JoinPreview["people"]): JoinPreview {
    return {
      title,
      media: this.call.media,
      people,
      microphone: this.#microphone.control,
      camera: this.#camera.control,
      speaker: this.#speaker.control,
      picture: this.#camera.on ? this.#streamOf(this.#camera.track) : null,
      voice: this.#microphone.on ? this.#microphone.track : null,
      join: () => this.#join(),
      cancel: () => this.owner.cancel(),
    };
  }

  /** Lets go of the devices. */
  close(): void {
    this.#cancelPlugs();
    this.#microphone.release();
    this.#camera.release();
  }

  #join(): void {
    const [microphone, camera] = [this.#microphone.on, this.#camera.on];
    const { shared } = this.owner.environment;
    shared.setItem(MICROPHONE_KEY, microphone ? ON : OFF);
    shared.setItem(CAMERA_KEY, camera ? ON : OFF);
    this.owner.join(this.call, microphone, camera);
  }

  #refresh(): void {
    for (const one of [this.#microphone, this.#camera, this.#speaker]) void one.refreshChoices();
  }

  /** The same stream for the same track: a video element must not start over at every change. */
  #streamOf(track: MediaStreamTrack | null): MediaStream | null {
    if (track === null) return null;
    if (this.#stream?.track !== track) {
      this.#stream = { track, stream: this.owner.environment.createStream([track]) };
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
