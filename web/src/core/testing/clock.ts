/** A clock that tests move. */

import type { Cancel, Clock } from "../environment";

/** Time stands still until `advance`. */
export class FakeClock implements Clock {
  #now = START;
  #timers: { at: number; action: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly after = (ms: number, action: () => void): Cancel => {
    const timer = { at: this.#now + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Lets time pass; everything that follows from one timer happens before the next. */
  async advance(ms: number): Promise<void> {
    await settled();
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.toSorted((one, other) => one.at - other.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  /** The machine sleeps: time jumps, and timers fire late. */
  async sleep(ms: number): Promise<void> {
    this.#now += ms;
    await this.advance(0);
  }
}

/** Lets everything that is ready happen: promises, and the events of fake-indexeddb. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Some moment of 2026, in ms since 1970. */
const START = 1_790_000_000_000;
