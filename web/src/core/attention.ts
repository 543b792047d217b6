/** Whether somebody uses this tab: after a while without a key or a touch the server is told. */

import type { Cancel, Clock } from "./environment";

/** Tells when the tab begins and ceases to be used. */
export class Attention {
  #idle = false;
  #cancel: Cancel;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (idle: boolean) => void,
  ) {
    this.#cancel = this.#wait();
  }

  /** Somebody pressed a key, touched or moved. */
  used(): void {
    this.#cancel();
    this.#cancel = this.#wait();
    if (this.#idle) this.#set(false);
  }

  /** A new connection: the server takes the tab for used until it hears otherwise. */
  onOnline(): void {
    if (this.#idle) this.tell(true);
  }

  stop(): void {
    this.#cancel();
  }

  #wait(): Cancel {
    return this.clock.after(IDLE_MS, () => this.#set(true));
  }

  #set(idle: boolean): void {
    this.#idle = idle;
    this.tell(idle);
  }
}

/** Without a sign of anybody for so long, in ms, one is away. */
const IDLE_MS = 10 * 60_000;
