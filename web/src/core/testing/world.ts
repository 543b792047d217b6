/** A whole world for the app: a server, a clock, storage and devices, all in the test's hands. */

import { type App, createApp } from "../app";
import type { HistoryStorage } from "../cache/storage";
import type { DebugHandle } from "../call/debug";
import type { Environment, KeyValue } from "../environment";
import type { Door } from "../links";
import { memoryOutbox, type OutboxStorage } from "../outbox-storage";
import { FakeClock, settled } from "./clock";
import { FakeNotifier } from "./notifier";
import { FakeBlur, FakeDevices, FakePeer } from "./peer";
import { FakeServer } from "./server";

/** What survives a reload of the page. */
export type Kept = {
  shared: KeyValue;
  tab: KeyValue;
  outbox: OutboxStorage;
  history: HistoryStorage;
};

/** The world and the page in it. */
export type World = {
  app: App;
  server: FakeServer;
  clock: FakeClock;
  devices: FakeDevices;
  blur: FakeBlur;
  notifier: FakeNotifier;
  kept: Kept;
  visible: boolean;
  /** What the address of the page leads to. */
  door: Door | null;
  /** The id of this tab's device, once it is found. */
  device: Promise<string>;
  reloads: number;
  /** A newer version of the page has been fetched. */
  update: () => void;
  wake: () => void;
  /** Shows the page, or hides it. */
  show: (visible: boolean) => void;
  /** Somebody presses a key. */
  use: () => void;
  changeNetwork: () => void;
  debug: () => DebugHandle;
  /** The newest peer connection. */
  peer: () => FakePeer;
};

/** Opens the page; give `before` to load it again in the same tab. */
export async function openPage(
  before?: Partial<Pick<World, "kept" | "server" | "clock" | "notifier">>,
  prepare?: (world: World) => void,
): Promise<World> {
  const kept = before?.kept ?? emptyBrowser();
  const wakers = new Set<() => void>();
  const users = new Set<() => void>();
  const watchers = new Set<() => void>();
  const updateListeners = new Set<() => void>();
  const networkListeners = new Set<() => void>();
  let handle: DebugHandle | null = null;
  const world: Omit<World, "app"> = {
    server: before?.server ?? new FakeServer(),
    clock: before?.clock ?? new FakeClock(),
    devices: new FakeDevices(),
    blur: new FakeBlur(),
    notifier: before?.notifier ?? new FakeNotifier(),
    kept,
    visible: true,
    door: null,
    device: Promise.resolve("device-1"),
    reloads: 0,
    update: () => {
      for (const listener of updateListeners) listener();
    },
    wake: () => {
      for (const waker of wakers) waker();
    },
    show: (visible) => {
      world.visible = visible;
      for (const watcher of watchers) watcher();
    },
    use: () => {
      for (const user of users) user();
    },
    changeNetwork: () => {
      for (const listener of networkListeners) listener();
    },
    debug: () => handle as DebugHandle,
    peer: () => FakePeer.all.at(-1) as FakePeer,
  };
  const environment: Environment = {
    clock: world.clock,
    random: () => 1,
    fetch: world.server.fetch,
    openSocket: world.server.openSocket,
    ...kept,
    claimDevice: () => world.device,
    createPeer: () => new FakePeer() as unknown as RTCPeerConnection,
    codecs: () => [],
    createStream: (tracks) => ({ tracks }) as unknown as MediaStream,
    devices: world.devices as unknown as MediaDevices,
    blur: world.blur,
    notifier: world.notifier,
    speaker: { route: () => {}, play: () => ({ resume: () => {}, stop: () => {} }) },
    page: {
      visible: () => world.visible,
      onUse: (action) => {
        users.add(action);
        return () => users.delete(action);
      },
      onSight: (action) => {
        watchers.add(action);
        return () => watchers.delete(action);
      },
      onWake: (action) => {
        wakers.add(action);
        return () => wakers.delete(action);
      },
      onNetworkChange: (action) => {
        networkListeners.add(action);
        return () => networkListeners.delete(action);
      },
      reload: () => {
        world.reloads += 1;
      },
      onUpdate: (action) => {
        updateListeners.add(action);
        return () => updateListeners.delete(action);
      },
      checkForUpdate: () => {},
      door: () => world.door,
      closeDoor: () => {
        world.door = null;
      },
      origin: "https://chat.example.org",
      pixelRatio: () => 2,
      languages: ["en"],
      setLanguage: () => {},
      dress: () => {},
      expose: (exposed) => {
        handle = exposed;
      },
    },
  };
  const opened = world as World;
  prepare?.(opened);
  opened.app = createApp(environment);
  await settled();
  return opened;
}

/** Loads the page again: nothing of the old one says goodbye. */
export async function reloadPage(world: World): Promise<World> {
  world.server.socket.close();
  return openPage(world);
}

/** What a browser keeps in which nobody has been yet. */
export function emptyBrowser(history: HistoryStorage = noHistory): Kept {
  return { shared: storage(), tab: storage(), outbox: memoryOutbox(), history };
}

/** Keeps nothing. */
const noHistory: HistoryStorage = {
  read: async () => null,
  messages: async () => [],
  write: async () => [],
  forget: async () => {},
};

/** A storage of its own. */
export function storage(): KeyValue {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => {
      values.set(key, value);
    },
    removeItem: (key) => {
      values.delete(key);
    },
  };
}
