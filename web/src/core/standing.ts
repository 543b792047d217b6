/** How this tab stands with the server: its link, its clock, and whether it is of the same version. */

import type { Link } from "./connection";
import type { Clock, Page } from "./environment";
import type { ConnectionState } from "./model";

/** What it depends on, and what can be done about it. */
export type StandingOwner = {
  clock: Clock;
  page: Page;
  /** Nothing is under way that loading again would end. */
  mayReload: () => boolean;
  /** The server could not store what was sent last. */
  held: () => boolean;
  open: () => void;
};

export class Standing {
  #link: Link = { kind: "idle" };
  #version: string | null = null;
  #upgraded = false;
  #clockOffsetMs = 0;

  constructor(private readonly owner: StandingOwner) {}

  /** The server's clock, in ms since 1970. */
  now(): number {
    return this.owner.clock.now() + this.#clockOffsetMs;
  }

  /** Returns whether the tab was online before. */
  onLink(link: Link): boolean {
    const before = this.#link.kind;
    this.#link = link;
    return before === "online";
  }

  onWelcome({ version, now_ms }: { version: string; now_ms: number }): void {
    this.#clockOffsetMs = now_ms - this.owner.clock.now();
    this.#version ??= version;
    if (version === this.#version) return;
    this.#upgraded = true;
    this.owner.page.checkForUpdate();
  }

  /** A newer version of the app is here. */
  onUpdate(): void {
    this.#upgraded = true;
  }

  draw(): ConnectionState {
    const { open, page, mayReload, held } = this.owner;
    const reload = (): void => page.reload();
    const link = this.#link;
    switch (link.kind) {
      case "idle":
      case "connecting":
        return link;
      case "online":
        return {
          kind: "online",
          reload: this.#upgraded && mayReload() ? reload : undefined,
          held: held(),
        };
      case "reconnecting":
        return { kind: "reconnecting", since: link.since + this.#clockOffsetMs };
      case "offline":
        return {
          kind: "offline",
          since: link.since + this.#clockOffsetMs,
          retryAt: link.retryAt + this.#clockOffsetMs,
          retryNow: open,
        };
      case "replaced":
        return { kind: "replaced", takeBack: open };
      case "outdated":
        return { kind: "outdated", reload };
    }
  }
}
