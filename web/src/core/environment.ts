/**
 * Everything of the world that the core touches, behind small interfaces, so that a test can stand
 * in for each of them. `browser.ts` is the real one.
 */

import type { HistoryStorage } from "./cache/storage";
import type { Blur } from "./call/blur";
import type { DebugHandle } from "./call/debug";
import type { Direction } from "./i18n";
import type { Door } from "./links";
import type { Notifier } from "./notifier";
import type { OutboxStorage } from "./outbox-storage";
import type { DeviceId } from "./protocol";

/** Time, in ms since 1970, and timers. */
export type Clock = {
  now: () => number;
  /** Runs `action` once after `ms`, unless the returned function is called before. */
  after: (ms: number, action: () => void) => Cancel;
};

/** Takes back what was asked for; harmless when it is too late. */
export type Cancel = () => void;

/** An open or opening WebSocket. */
export type Socket = { send: (text: string) => void; close: () => void };

/** What a WebSocket tells; nothing after `close` was called. */
export type SocketListener = {
  onOpen: () => void;
  onText: (text: string) => void;
  /** With the close code (RFC 6455 §7.4). */
  onClose: (code: number) => void;
};

/** The part of a browser storage that is used. */
export type KeyValue = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The page and the network it hangs on. */
export type Page = {
  /** Whether somebody can see it. */
  visible: () => boolean;
  /** Calls back when somebody uses the page, often. */
  onUse: (action: () => void) => Cancel;
  /** Calls back when it begins or ceases to be seen. */
  onSight: (action: () => void) => Cancel;
  /** Calls back when it is worth trying at once: back online, or shown again. */
  onWake: (action: () => void) => Cancel;
  /** Calls back when the network changed under the page, as from Wi-Fi to mobile. */
  onNetworkChange: (action: () => void) => Cancel;
  /** Loads the page again, in the newest version that can be had. */
  reload: () => void;
  /** Calls back when a newer version of the page is ready to be loaded. */
  onUpdate: (action: () => void) => Cancel;
  /** Looks for a newer version now. */
  checkForUpdate: () => void;
  /** What the address leads to, beside the app itself. */
  door: () => Door | null;
  /** Makes the address the app's own again, without a trace of the door in the history. */
  closeDoor: () => void;
  /** Where the server is, as links name it. */
  origin: string;
  /** Device pixels for each CSS pixel. */
  pixelRatio: () => number;
  /** The languages of the person, best first. */
  languages: readonly string[];
  /** Tells assistive technology and the browser which language the page is in, and where it begins. */
  setLanguage: (language: string, direction: Direction) => void;
  /** Has the page look as the preferences say that were just kept. */
  dress: () => void;
  /** Shows browser tests what they may read. */
  expose: (handle: DebugHandle) => void;
};

/** How remote sound is played. */
export type Speaker = {
  /** Plays a stream until `stop`; `onBlocked` says that the browser wants a click first. */
  play: (stream: MediaStream, onBlocked: () => void) => { resume: () => void; stop: () => void };
  /** Plays everything on this output device from now on; undefined where that cannot be chosen. */
  route: ((device: string) => void) | undefined;
};

/** The world. */
export type Environment = {
  clock: Clock;
  /** 0 up to 1. */
  random: () => number;
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  openSocket: (path: string, listener: SocketListener) => Socket;
  /** Shared by all tabs, kept. */
  shared: KeyValue;
  /** Of this tab alone, kept over reloads. */
  tab: KeyValue;
  outbox: OutboxStorage;
  history: HistoryStorage;
  /** Finds this tab's device id; a duplicated tab gets its own. */
  claimDevice: () => Promise<DeviceId>;
  createPeer: () => RTCPeerConnection;
  /** What this browser can receive. */
  codecs: (kind: "audio" | "video") => RTCRtpCodec[];
  createStream: (tracks: MediaStreamTrack[]) => MediaStream;
  /** Undefined where the page is not trusted with devices (plain HTTP to another machine). */
  devices: MediaDevices | undefined;
  /** Undefined where this browser cannot blur backgrounds. */
  blur: Blur | undefined;
  speaker: Speaker;
  notifier: Notifier;
  page: Page;
};
