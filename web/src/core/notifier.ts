/** Notices of the system as the browser gives them, and the push service behind them. */

import type { Cancel } from "./environment";
import { type Arrival, arrivalAt } from "./links";
import type { PersonId, PushMessage } from "./protocol";
import {
  bytesOf,
  cachedPushDevices,
  type PushDevices,
  type PushKeys,
  subscriptionKeys,
} from "./push-devices";
import type { ToPage, ToWorker, Whose } from "./worker-words";

/** Why there are no notices of the system here. */
export type MissingNotices =
  /** The page came without TLS. */
  | "insecure"
  /** Apple's phones and tablets have them for apps on the home screen alone. */
  | "home_screen"
  /** The browser has none. */
  | "browser";

/** Whose way of letting notices in again is to be explained. */
export type BrowserKind = "chromium" | "android" | "firefox" | "safari";

/** What somebody chose on a notice. */
export type Go = Omit<Extract<ToPage, { kind: "go" }>, "kind">;

/** The way to the system's notices. */
export type Notifier = {
  /** Null when there can be some. */
  missing: MissingNotices | null;
  browser: BrowserKind;
  permission: () => NotificationPermission;
  /** Asks the person; only right after they have pressed something. */
  ask: () => Promise<NotificationPermission>;
  /** Calls back when the person has changed it in the browser. */
  onPermission: (action: () => void) => Cancel;
  /** Has the browser be reachable under the server's key; rejects where it cannot be. */
  subscribe: (key: string) => Promise<PushKeys>;
  /** The browser is reachable no longer, for none of its accounts. */
  unsubscribe: () => Promise<void>;
  devices: PushDevices;
  /** Shows or takes back a notice as if it had been pushed. */
  tell: (message: PushMessage) => void;
  /** Answers the service worker, and does what was chosen on a notice. */
  serve: (whose: () => PersonId | null, go: (go: Go) => void) => Cancel;
  /** What the address says that a notice opened this page with; told once. */
  takeArrival: () => Arrival | null;
  /** Shows on the icon of the app how many messages are not read. */
  setBadge: (count: number) => void;
};

/** The browser's own; `container` is undefined where there is no service worker. */
export function browserNotifier(container: ServiceWorkerContainer | undefined): Notifier {
  const registration = async (): Promise<ServiceWorkerRegistration> => {
    if (container === undefined) throw new Error("no service worker");
    return container.ready;
  };
  return {
    missing: findMissing(container),
    browser: findBrowser(navigator.userAgent),
    permission: () => ("Notification" in window ? Notification.permission : "denied"),
    ask: () => Notification.requestPermission(),
    onPermission,
    subscribe: async (key) => {
      const { pushManager } = await registration();
      const wanted = bytesOf(key);
      const held = await pushManager.getSubscription();
      // One that knows another key would get nothing: the server's data may have been replaced.
      if (held !== null && !sameBytes(held.options.applicationServerKey, wanted)) {
        await held.unsubscribe();
      }
      const options = { userVisibleOnly: true, applicationServerKey: wanted };
      return subscriptionKeys(await pushManager.subscribe(options));
    },
    unsubscribe: async () => {
      const held = await (await registration()).pushManager?.getSubscription();
      await held?.unsubscribe();
    },
    devices: cachedPushDevices(window.caches),
    tell: (message) => {
      void registration()
        .then(({ active }) => active?.postMessage({ kind: "tell", message } satisfies ToWorker))
        .catch(() => {});
    },
    serve: (whose, go) => {
      const onMessage = (event: MessageEvent<ToPage | null>): void => {
        const { data } = event;
        if (data?.kind === "who") {
          event.ports[0]?.postMessage({ person: whose() } satisfies Whose);
        } else if (data?.kind === "go") go(data);
      };
      container?.addEventListener("message", onMessage);
      container?.startMessages();
      return () => container?.removeEventListener("message", onMessage);
    },
    takeArrival: () => {
      const arrival = arrivalAt(location);
      if (arrival !== null) history.replaceState(history.state, "", `/${location.hash}`);
      return arrival;
    },
    setBadge: (count) => {
      const change = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
      change?.catch(() => {});
    },
  };
}

function findMissing(container: ServiceWorkerContainer | undefined): MissingNotices | null {
  if (!window.isSecureContext) return "insecure";
  const there = container !== undefined && "Notification" in window;
  if (there) return null;
  return isApplePhone() ? "home_screen" : "browser";
}

/** Tablets of Apple's say that they are computers, but computers have no touch screen. */
function isApplePhone(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}

export function findBrowser(userAgent: string): BrowserKind {
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Android/.test(userAgent)) return "android";
  return /Chrome\/|Chromium\//.test(userAgent) ? "chromium" : "safari";
}

function onPermission(action: () => void): Cancel {
  let status: PermissionStatus | null = null;
  let cancelled = false;
  // Safari before 16.4 cannot be asked; there the next page finds out.
  navigator.permissions
    ?.query({ name: "notifications" })
    .then((found) => {
      if (cancelled) return;
      status = found;
      status.addEventListener("change", action);
    })
    .catch(() => {});
  return () => {
    cancelled = true;
    status?.removeEventListener("change", action);
  };
}

function sameBytes(one: ArrayBuffer | null, other: Uint8Array): boolean {
  if (one === null || one.byteLength !== other.length) return false;
  const bytes = new Uint8Array(one);
  return other.every((byte, at) => byte === bytes[at]);
}
