/** How loud everybody is and who speaks, measured in the browser. */

import type { Cancel, Clock } from "../environment";
import type { ParticipantId } from "../protocol";

/** A loudness as it was measured. */
export type Sample = { participant: ParticipantId; level: number };

/** What a meter needs of its owner. */
export type MeterOwner = {
  sample: () => Promise<readonly Sample[]>;
  onLevels: (levels: ReadonlyMap<ParticipantId, number>) => void;
  /** Somebody began or stopped speaking. */
  onSpeaking: () => void;
  /** The machine slept: much more time went by than was waited for. */
  onSlept: () => void;
};

/** Measures some ten times a second until it is stopped. */
export class Meter {
  #levels: ReadonlyMap<ParticipantId, number> = new Map();
  readonly #lastLoud = new Map<ParticipantId, number>();
  #speaking: ReadonlySet<ParticipantId> = new Set();
  #cancel: Cancel = () => {};
  #stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly owner: MeterOwner,
  ) {
    this.#schedule();
  }

  speaks(participant: ParticipantId): boolean {
    return this.#speaking.has(participant);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.owner.onLevels(new Map());
  }

  #schedule(): void {
    const asked = this.clock.now();
    this.#cancel = this.clock.after(INTERVAL_MS, () => {
      if (this.clock.now() - asked > SLEEP_MS) this.owner.onSlept();
      void this.#measure();
    });
  }

  async #measure(): Promise<void> {
    const samples = await this.owner.sample().catch(() => []);
    if (this.#stopped) return;
    const now = this.clock.now();
    const levels = new Map(samples.map(({ participant, level }) => [participant, level]));
    if (!equal(levels, this.#levels)) {
      this.#levels = levels;
      this.owner.onLevels(levels);
    }
    for (const [participant, level] of levels) {
      if (level >= LOUD) this.#lastLoud.set(participant, now);
    }
    const speaking = new Set<ParticipantId>();
    for (const [participant, at] of this.#lastLoud) {
      if (now - at <= HOLD_MS) speaking.add(participant);
      else this.#lastLoud.delete(participant);
    }
    const changed =
      speaking.size !== this.#speaking.size || [...speaking].some((id) => !this.#speaking.has(id));
    if (changed) {
      this.#speaking = speaking;
      this.owner.onSpeaking();
    }
    this.#schedule();
  }
}

function equal(
  one: ReadonlyMap<ParticipantId, number>,
  other: ReadonlyMap<ParticipantId, number>,
): boolean {
  return one.size === other.size && [...one].every(([key, level]) => other.get(key) === level);
}

/** Often enough for a ring that follows the voice, in ms. */
const INTERVAL_MS = 100;

/** From this level on it is speech and not a room; some -34 dBov. */
const LOUD = 0.02;

/** Pauses between words do not end speech, in ms. */
const HOLD_MS = 600;

/** A timer this late means that the machine slept (QUALITY, call edges), in ms. */
const SLEEP_MS = 10_000;
