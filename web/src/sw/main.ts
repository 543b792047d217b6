/**
 * The service worker: what of Palabre goes on without a page or without a network. Each event is
 * handed to the module that knows about it.
 */

import type { PushMessage } from "../core/protocol";
import { cachedPushDevices } from "../core/push-devices";
import type { ToWorker } from "../core/worker-words";
import { Board } from "./board";
import { Mail } from "./mail";
import { Pages } from "./pages";
import { Server } from "./server";
import { Shell } from "./shell";
import type { ShellFile } from "./shell-list";

declare const self: ServiceWorkerGlobalScope;

/** Put in by the build (`build/service-worker.ts`). */
declare const SHELL_FILES: readonly ShellFile[];
declare const SHELL_VERSION: string;

const shell = new Shell(SHELL_FILES, SHELL_VERSION, self.caches);
const pages = new Pages(self.clients);
const board = new Board(self.registration, badgeWithoutPages());
const mail = new Mail({
  board,
  pages,
  server: new Server((path, init) => fetch(path, init)),
  devices: cachedPushDevices(self.caches),
  manager: self.registration.pushManager,
  language: self.navigator.language,
});

self.addEventListener("install", (event) => {
  event.waitUntil(shell.install());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([shell.forgetOthers(false), self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  const answer = shell.answer(event.request, url);
  if (answer === undefined) return;
  event.respondWith(answer);
  if (event.request.mode === "navigate") event.waitUntil(answer.then(forgetFormer));
});

self.addEventListener("message", (event) => {
  // Only a page of ours can send this; it has asked the person.
  if (event.data === ACTIVATE) event.waitUntil(self.skipWaiting());
  const said = event.data as ToWorker | null;
  if (said?.kind === "tell") event.waitUntil(board.tell(said.message));
});

self.addEventListener("push", (event) => {
  event.waitUntil(mail.onPush(read(event.data)));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(mail.onClick(event.notification, event.action));
});

self.addEventListener("notificationclose", (event) => {
  event.waitUntil(board.count());
});

self.addEventListener("pushsubscriptionchange", (event) => {
  (event as ExtendableEvent).waitUntil(mail.onSubscriptionChange());
});

/** What was pushed; null when it is nothing that this version can read. */
function read(data: PushMessageData | null): PushMessage | null {
  try {
    return (data?.json() ?? null) as PushMessage | null;
  } catch {
    return null;
  }
}

/** An open page knows how many messages are not read and counts by itself. */
function badgeWithoutPages() {
  const { navigator } = self;
  if (navigator.setAppBadge === undefined) return {};
  const unlessOpen = async (change: () => Promise<void>): Promise<void> => {
    if (!(await pages.areOpen())) await change();
  };
  return {
    setAppBadge: (count: number) => unlessOpen(() => navigator.setAppBadge(count)),
    clearAppBadge: () => unlessOpen(() => navigator.clearAppBadge()),
  };
}

/** A page that starts while no other is open needs nothing of former builds. */
async function forgetFormer(): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length <= 1) await shell.forgetOthers(true);
}

/** What a page says when its person wants the newer version. */
const ACTIVATE = "activate";
