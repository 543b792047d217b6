/**
 * Newer versions of the page: notices when one has been fetched, and takes it when its person says
 * so, never by itself. The service worker (`src/sw`) holds it ready.
 */

import type { Cancel } from "./environment";

/** The part of `navigator.serviceWorker` that is used. */
export type WorkerContainer = Pick<
  ServiceWorkerContainer,
  "controller" | "register" | "getRegistration" | "addEventListener"
>;

/** What the page needs to know of newer versions. */
export type Updates = {
  /** Calls back when a newer version is ready, at once when one is already. */
  onReady: (action: () => void) => Cancel;
  /** Looks whether the server has a newer one. */
  check: () => void;
  /** Loads the page in the newest version that can be had. */
  take: () => Promise<void>;
};

/** Follows the service worker at `script`; without one (plain HTTP), loading again is all there is. */
export function followUpdates(
  container: WorkerContainer | undefined,
  script: string,
  reload: () => void,
): Updates {
  if (container === undefined) {
    return { onReady: () => () => {}, check: () => {}, take: async () => reload() };
  }
  const listeners = new Set<() => void>();
  let ready = false;
  const tell = (): void => {
    if (ready) return;
    ready = true;
    for (const listener of listeners) listener();
  };

  // The first worker of a browser takes over a page that is as new as itself.
  let controlled = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    // Another tab has taken the newer version; this one's parts will soon be gone.
    if (controlled) tell();
    controlled = true;
  });
  void container
    .register(script, { updateViaCache: "none" })
    .then((registration) => watch(registration, tell))
    // Private windows may refuse; the page works without, as long as there is a network.
    .catch(() => {});

  return {
    onReady: (action) => {
      listeners.add(action);
      if (ready) action();
      return () => listeners.delete(action);
    },
    check: () => {
      void container
        .getRegistration()
        .then((registration) => registration?.update().catch(() => {}));
    },
    take: () => take(container, reload),
  };
}

/** Tells when a worker has been fetched while another one is in charge. */
function watch(registration: ServiceWorkerRegistration, tell: () => void): void {
  const follow = (worker: ServiceWorker | null): void => {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && registration.active !== null) tell();
    });
  };
  if (registration.waiting !== null && registration.active !== null) tell();
  follow(registration.installing);
  registration.addEventListener("updatefound", () => follow(registration.installing));
}

/** Hands over to the newest worker, if there is another, and loads the page from it. */
async function take(container: WorkerContainer, reload: () => void): Promise<void> {
  const registration = await container.getRegistration();
  // Offline, what is waiting is the newest there is.
  await within(
    PATIENCE_MS,
    registration?.update().catch(() => undefined),
  );
  const next = registration?.waiting ?? (await installed(registration?.installing ?? null));
  if (next === null) {
    reload();
    return;
  }
  const changed = new Promise<void>((resolve) => {
    container.addEventListener("controllerchange", () => resolve(), { once: true });
  });
  next.postMessage(ACTIVATE);
  await within(PATIENCE_MS, changed);
  reload();
}

/** The worker once it is installed; null when it cannot be. */
async function installed(worker: ServiceWorker | null): Promise<ServiceWorker | null> {
  if (worker === null) return null;
  const settled = new Promise<void>((resolve) => {
    worker.addEventListener("statechange", () => {
      if (worker.state !== "installing") resolve();
    });
  });
  if (worker.state === "installing") await within(PATIENCE_MS, settled);
  return worker.state === "installed" ? worker : null;
}

function within(ms: number, promise: Promise<unknown> | undefined): Promise<unknown> {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms))]);
}

/** What the service worker understands as the person's leave to take over. */
export const ACTIVATE = "activate";

/** Longer than fetching takes on a slow link, short enough for somebody who has clicked, in ms. */
const PATIENCE_MS = 8_000;
