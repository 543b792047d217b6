/** The world as a browser gives it. */

import { indexedHistory } from "./cache/storage";
import { browserBlur } from "./call/blur";
import type {
  Cancel,
  Environment,
  KeyValue,
  Page,
  Socket,
  SocketListener,
  Speaker,
} from "./environment";
import { doorAt } from "./links";
import { browserNotifier } from "./notifier";
import { indexedOutbox } from "./outbox-storage";
import type { DeviceId } from "./protocol";
import { followUpdates, type Updates } from "./update";
import { uuid4 } from "./uuid";

/** Gives the core the browser it runs in. */
export function browserEnvironment(): Environment {
  return {
    clock: {
      now: () => Date.now(),
      after: (ms, action) => {
        const timer = setTimeout(action, ms);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
    fetch: (path, init) => fetch(path, init),
    openSocket,
    shared: localStorage,
    tab: sessionStorage,
    outbox: indexedOutbox(localStorage),
    history: indexedHistory(WIRE_SHAPE),
    claimDevice: () => claimDevice(sessionStorage, navigator.locks),
    createPeer: () => new RTCPeerConnection({ bundlePolicy: "max-bundle" }),
    codecs: (kind) => RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [],
    createStream: (tracks) => new MediaStream(tracks),
    devices: navigator.mediaDevices,
    blur: browserBlur(),
    speaker: createSpeaker(),
    notifier: browserNotifier(workers()),
    page: createPage(updates()),
  };
}

/**
 * Finds this tab's device id, which lives as long as the tab.
 *
 * Duplicating a tab copies its storage, and two sockets of one device would push each other out for
 * ever. So each tab holds a lock by the name of its id; who cannot get it makes a new id.
 */
export async function claimDevice(
  tab: KeyValue,
  locks: Pick<LockManager, "request"> | undefined,
): Promise<DeviceId> {
  const stored = tab.getItem(DEVICE_KEY);
  if (stored !== null && (locks === undefined || (await holdsLock(locks, stored)))) return stored;
  const fresh = uuid4();
  tab.setItem(DEVICE_KEY, fresh);
  if (locks !== undefined) await holdsLock(locks, fresh);
  return fresh;
}

/** Takes the lock of a device id for as long as the page lives; false when another tab has it. */
function holdsLock(locks: Pick<LockManager, "request">, device: DeviceId): Promise<boolean> {
  return new Promise((resolve) => {
    const patience = AbortSignal.timeout(LOCK_PATIENCE_MS);
    locks
      .request(`palabre-device-${device}`, { signal: patience }, () => {
        resolve(true);
        return new Promise<never>(() => {});
      })
      .catch(() => resolve(false));
  });
}

/** There is no service worker while the app is written, nor on plain HTTP from another machine. */
const workers = (): ServiceWorkerContainer | undefined =>
  import.meta.env.PROD ? navigator.serviceWorker : undefined;

const updates = (): Updates => followUpdates(workers(), SERVICE_WORKER, () => location.reload());

const createPage = (updates: Updates): Page => ({
  visible: () => document.visibilityState === "visible",
  onUse: (action) => {
    const options = { capture: true, passive: true };
    for (const sign of SIGNS_OF_USE) window.addEventListener(sign, action, options);
    return () => {
      for (const sign of SIGNS_OF_USE) window.removeEventListener(sign, action, options);
    };
  },
  onSight: (action) => listen(document, "visibilitychange", action),
  onWake: (action) => {
    const whenShown = () => {
      if (document.visibilityState === "visible") action();
    };
    return both(listen(window, "online", action), listen(document, "visibilitychange", whenShown));
  },
  onNetworkChange: (action) => {
    const network = (navigator as { connection?: EventTarget }).connection;
    const cancel = listen(window, "online", action);
    return network === undefined ? cancel : both(cancel, listen(network, "change", action));
  },
  reload: () => void updates.take(),
  onUpdate: updates.onReady,
  checkForUpdate: updates.check,
  door: () => doorAt(location),
  closeDoor: () => {
    if (doorAt(location) !== null) history.replaceState(null, "", "/");
  },
  get origin() {
    return location.origin;
  },
  pixelRatio: () => window.devicePixelRatio,
  get languages() {
    return navigator.languages;
  },
  setLanguage: (language, direction) => {
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
    // The names of the app's shortcuts are in there; the id in it stays the same.
    const manifest = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
    if (manifest !== null) {
      manifest.href = `/manifest.${language.startsWith("fr") ? "fr" : "en"}.webmanifest`;
    }
  },
  // `theme.js` does it, for it also did before the app was there.
  dress: () => {
    window.dispatchEvent(new Event("palabre-dress"));
  },
  expose: (handle) => {
    Object.assign(window, { palabre: handle });
  },
});

/** What plays now, and where. */
const playing = new Set<HTMLAudioElement>();
let output = "";

/** An output that was pulled out plays nothing; the system's own is better than silence. */
function routeTo(element: HTMLAudioElement, device: string): void {
  element.setSinkId(device).catch(() => element.setSinkId("").catch(() => undefined));
}

const createSpeaker = (): Speaker => ({
  route:
    "setSinkId" in HTMLMediaElement.prototype
      ? (device) => {
          output = device;
          for (const element of playing) routeTo(element, device);
        }
      : undefined,
  play: (stream, onBlocked) => {
    const element = new Audio();
    element.srcObject = stream;
    playing.add(element);
    if (output !== "") routeTo(element, output);
    const start = () => {
      element.play().catch((error: unknown) => {
        if (error instanceof DOMException && error.name === "NotAllowedError") onBlocked();
      });
    };
    start();
    return {
      resume: start,
      stop: () => {
        playing.delete(element);
        element.pause();
        element.srcObject = null;
      },
    };
  },
});

function openSocket(path: string, listener: SocketListener): Socket {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  const silence = new AbortController();
  const { signal } = silence;
  socket.addEventListener("open", () => listener.onOpen(), { signal });
  socket.addEventListener("close", ({ code }) => listener.onClose(code), { signal });
  socket.addEventListener(
    "message",
    ({ data }) => {
      if (typeof data === "string") listener.onText(data);
    },
    { signal },
  );
  return {
    send: (text) => socket.send(text),
    close: () => {
      silence.abort();
      socket.close();
    },
  };
}

function listen(target: EventTarget, name: string, action: () => void): Cancel {
  target.addEventListener(name, action);
  return () => target.removeEventListener(name, action);
}

function both(one: Cancel, other: Cancel): Cancel {
  return () => {
    one();
    other();
  };
}

/** Names how the types of `protocol.ts` look; put in by the build (`build/wire-shape.ts`). */
declare const WIRE_SHAPE: string;

/** Where the tab keeps its device id. */
const DEVICE_KEY = "palabre.device";

const SERVICE_WORKER = "/sw.js";

/** How long a page that reloads waits for its former self to let go of the lock, in ms. */
const LOCK_PATIENCE_MS = 300;

/** What nobody does who is away. */
const SIGNS_OF_USE = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"] as const;
