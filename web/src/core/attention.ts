/** Whether somebody looks at this tab and uses it: the server is told, for notices and presence. */

import type { Ask } from "./connection";
import type { Cancel, Clock } from "./environment";

/** What it needs of the page. */
export type AttentionOwner = {
  clock: Clock;
  visible: () => boolean;
  online: () => boolean;
  ask: Ask;
};

/** Tells when the tab begins and ceases to be looked at and used. */
export class Attention {
  #idle = false;
  #cancel: Cancel;

  constructor(private readonly owner: AttentionOwner) {
    this.#cancel = this.#wait();
  }

  /** Somebody pressed a key, touched or moved. */
  used(): void {
    this.#cancel();
    this.#cancel = this.#wait();
    if (this.#idle) this.#set(false);
  }

  /** The tab came to the front, or went behind another. */
  seen(): void {
    this.#tell();
  }

  /** A new connection: the server takes the tab for one that nobody looks at. */
  onOnline(): void {
    this.#tell();
  }

  stop(): void {
    this.#cancel();
  }

  #wait(): Cancel {
    return this.owner.clock.after(IDLE_MS, () => this.#set(true));
  }

  #set(idle: boolean): void {
    this.#idle = idle;
    this.#tell();
  }

  #tell(): void {
    const { online, ask, visible } = this.owner;
    if (!online()) return;
    const looking = { visible: visible(), idle: this.#idle };
    // Told again when the connection is; until then nobody sees it anyway.
    ask({ type: "set_attention", ...looking }, "done").catch(() => {});
  }
}

/** Without a sign of anybody for so long, in ms, one is away. */
const IDLE_MS = 10 * 60_000;
