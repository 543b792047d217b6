/** Plays what the audio slots carry. */

import type { Environment } from "../environment";
import type { Peer } from "./peer";

/** The players of one peer connection. */
export class Sound {
  #blocked = false;
  readonly #players = new Map<string, { resume: () => void; stop: () => void }>();

  constructor(
    private readonly environment: Pick<Environment, "speaker" | "createStream">,
    private readonly onChange: () => void,
  ) {}

  /** Resumes after the browser wanted a click; undefined while it does not. */
  get unlock(): (() => void) | undefined {
    return this.#blocked ? this.#resume : undefined;
  }

  /** Plays every audio slot that is not played yet. */
  follow(peer: Peer): void {
    for (const mid of peer.mids.audio) {
      const track = this.#players.has(mid) ? null : peer.track(mid);
      if (track === null) continue;
      const stream = this.environment.createStream([track]);
      const player = this.environment.speaker.play(stream, () => {
        this.#blocked = true;
        this.onChange();
      });
      this.#players.set(mid, player);
    }
  }

  stop(): void {
    for (const player of this.#players.values()) player.stop();
    this.#players.clear();
    this.#blocked = false;
  }

  readonly #resume = (): void => {
    this.#blocked = false;
    for (const player of this.#players.values()) player.resume();
    this.onChange();
  };
}
