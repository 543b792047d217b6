/** How the tab stands with the server and with its device. */

/** How the tab stands with the server. */
export type ConnectionState =
  /** Nobody is signed in. */
  | { kind: "idle" }
  /** The first connection of this page is being made. */
  | { kind: "connecting" }
  /**
   * `reload` is there when the server is newer than this page; `held` while the server stores nothing,
   * so that what one has sent waits here.
   */
  | { kind: "online"; reload: (() => void) | undefined; held: boolean }
  /** The connection broke and is being made again; `since` by the server's clock. */
  | { kind: "reconnecting"; since: number }
  /** Waiting before the next attempt. */
  | { kind: "offline"; since: number; retryAt: number; retryNow: () => void }
  /** Another tab took this device over. */
  | { kind: "replaced"; takeBack: () => void }
  /** The server no longer speaks this page's protocol. */
  | { kind: "outdated"; reload: () => void };

/** Whether this device can keep conversations for use without a network. */
export type StorageState =
  | "ok"
  /** There is no room; what is shown goes on, but nothing new is kept. */
  | "full"
  /** The browser keeps nothing, as in some private windows. */
  | "unavailable";
