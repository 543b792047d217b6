/** Things to say once, outside of any screen. */

import type { Clock } from "./environment";
import type { Notice } from "./model";
import { Store } from "./store";

/** Shows notices, the newest last, each until it is dismissed or has been there long enough. */
export class Notices {
  readonly store = new Store<readonly Notice[]>([]);
  #next = 1;

  constructor(private readonly clock: Clock) {}

  add(kind: Notice["kind"]): void {
    const key = String(this.#next);
    this.#next += 1;
    const dismiss = () => {
      this.store.set(this.store.get().filter((notice) => notice.key !== key));
    };
    this.clock.after(LIFETIME_MS, dismiss);
    this.store.set([...this.store.get(), { key, kind, dismiss }].slice(-MAX_NOTICES));
  }

  clear(): void {
    if (this.store.get().length > 0) this.store.set([]);
  }
}

/** Long enough to read twice, in ms. */
const LIFETIME_MS = 10_000;

/** More would cover the screen; the oldest go first. */
const MAX_NOTICES = 3;
