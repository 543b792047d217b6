/** How the tab stands with the server, as views show it. */

import type { Link } from "./connection";
import type { ConnectionState } from "./model";

/** What it depends on, and what can be done about it. */
export type StandingOwner = {
  /** From the clock of this device to the server's, in ms. */
  clockOffsetMs: number;
  /** There is a newer version, and nothing under way that it would end. */
  mayReload: boolean;
  reload: () => void;
  open: () => void;
};

export function drawStanding(link: Link, owner: StandingOwner): ConnectionState {
  const { clockOffsetMs, mayReload, reload, open } = owner;
  switch (link.kind) {
    case "idle":
    case "connecting":
      return link;
    case "online":
      return { kind: "online", reload: mayReload ? reload : undefined };
    case "reconnecting":
      return { kind: "reconnecting", since: link.since + clockOffsetMs };
    case "offline":
      return {
        kind: "offline",
        since: link.since + clockOffsetMs,
        retryAt: link.retryAt + clockOffsetMs,
        retryNow: open,
      };
    case "replaced":
      return { kind: "replaced", takeBack: open };
    case "outdated":
      return { kind: "outdated", reload };
  }
}
