/** The screen that one shares: getting it, how it is to be sent, and its end. */

import type { Environment } from "../environment";
import type { ScreenControl, ScreenMode } from "../model";
import { refusalOf } from "./device";

/** What a shared screen tells its owner. */
export type ScreenOwner = {
  /** Other tracks are to be sent, or none, or the same in another way. */
  onTracks: () => void;
  onChange: () => void;
};

/** One shared screen, with its sound where the browser gives it. */
export class Screen {
  video: MediaStreamTrack | null = null;
  audio: MediaStreamTrack | null = null;
  #state: "off" | "starting" | "on" = "off";
  #refused: Extract<ScreenControl["state"], { kind: "refused" }> | null = null;
  /** Counts attempts, so that one that was overtaken lets go of what it got. */
  #attempt = 0;

  constructor(
    private readonly environment: Pick<Environment, "devices" | "shared">,
    private readonly owner: ScreenOwner,
  ) {}

  get on(): boolean {
    return this.#state === "on";
  }

  get mode(): ScreenMode {
    return this.environment.shared.getItem(MODE_KEY) === "motion" ? "motion" : "text";
  }

  /** Draws the control; `allowed` by the rules of the call. */
  control(allowed: boolean): ScreenControl {
    const { devices } = this.environment;
    // Phones share no screens.
    const can = typeof devices?.getDisplayMedia === "function";
    const idle = this.#state === "off";
    return {
      state:
        this.#state === "on"
          ? { kind: "on", sound: this.audio !== null }
          : (this.#refused ?? { kind: this.#state }),
      mode: this.mode,
      possible: can,
      start: can && allowed && idle ? (mode) => void this.start(mode) : undefined,
      setMode: this.on ? (mode) => this.#setMode(mode) : undefined,
      stop: this.on ? () => this.stop() : undefined,
    };
  }

  /** Lets the person pick what to share; that they pick nothing is no fault. */
  async start(mode: ScreenMode): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.environment.shared.setItem(MODE_KEY, mode);
    this.#refused = null;
    this.#state = "starting";
    this.owner.onChange();
    try {
      const stream = await this.environment.devices?.getDisplayMedia(WISH);
      const [video] = stream?.getVideoTracks() ?? [];
      const [audio] = stream?.getAudioTracks() ?? [];
      if (attempt !== this.#attempt || video === undefined) {
        for (const track of stream?.getTracks() ?? []) track.stop();
        if (attempt === this.#attempt) this.#set("off");
        return;
      }
      this.video = video;
      this.audio = audio ?? null;
      video.contentHint = HINTS[mode];
      if (audio !== undefined) audio.contentHint = "music";
      // The browser has a button of its own that ends it.
      video.onended = () => this.stop();
      this.#set("on");
      this.owner.onTracks();
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#refused = isChoice(error) ? null : { kind: "refused", reason: refusalOf(error) };
      this.#set("off");
    }
  }

  stop(): void {
    this.#attempt += 1;
    const wasOn = this.on;
    for (const track of [this.video, this.audio]) {
      if (track === null) continue;
      track.onended = null;
      track.stop();
    }
    this.video = null;
    this.audio = null;
    this.#set("off");
    if (wasOn) this.owner.onTracks();
  }

  #setMode(mode: ScreenMode): void {
    this.environment.shared.setItem(MODE_KEY, mode);
    if (this.video !== null) this.video.contentHint = HINTS[mode];
    this.owner.onTracks();
    this.owner.onChange();
  }

  #set(state: "off" | "on"): void {
    this.#state = state;
    this.owner.onChange();
  }
}

/** Closing the picker and a lasting no have one name; only the system's no says so. */
function isChoice(error: unknown): boolean {
  return (
    error instanceof Error && error.name === "NotAllowedError" && !/system/i.test(error.message)
  );
}

/** What keeps text sharp, and what keeps a film fluent (MediaStreamTrack Content Hints § 3). */
const HINTS: Readonly<Record<ScreenMode, string>> = { text: "text", motion: "motion" };

/** As much as a motion picture needs; the tab of the call itself would be a hall of mirrors. */
const WISH = {
  video: { frameRate: { ideal: 30, max: 30 } },
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  selfBrowserSurface: "exclude",
  surfaceSwitching: "include",
  systemAudio: "include",
} as DisplayMediaStreamOptions;

const MODE_KEY = "palabre.screen-mode";
