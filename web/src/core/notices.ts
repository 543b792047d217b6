/** Things to say once, outside of any screen. */

import { problemOf } from "./connection";
import type { Clock } from "./environment";
import type { Notice, Problem } from "./model";
import { Store } from "./store";

/** Shows notices, the newest last, each until it is dismissed or has been there long enough. */
export class Notices {
  readonly store = new Store<readonly Notice[]>([]);
  #next = 1;
  #toldStorageFull = false;

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

  problem(problem: Problem): void {
    this.add({ kind: "problem", problem });
  }

  /** Something that was asked for did not happen. */
  failed(error: unknown): void {
    this.problem(problemOf(error));
  }

  /** Said once a page: it stays true for every message, and each of them is still sent. */
  storageFull(): void {
    if (this.#toldStorageFull) return;
    this.#toldStorageFull = true;
    this.add({ kind: "storage_full" });
  }

  clear(): void {
    if (this.store.get().length > 0) this.store.set([]);
  }
}

/** Long enough to read twice, in ms. */
const LIFETIME_MS = 10_000;

/** More would cover the screen; the oldest go first. */
const MAX_NOTICES = 3;
