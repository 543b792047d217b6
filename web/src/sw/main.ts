/**
 * The service worker: what of Palabre goes on without a page or without a network. Each event is
 * handed to the module that knows about it.
 */

import { Shell } from "./shell";
import type { ShellFile } from "./shell-list";

declare const self: ServiceWorkerGlobalScope;

/** Put in by the build (`build/service-worker.ts`). */
declare const SHELL_FILES: readonly ShellFile[];
declare const SHELL_VERSION: string;

const shell = new Shell(SHELL_FILES, SHELL_VERSION, self.caches);

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
});

/** A page that starts while no other is open needs nothing of former builds. */
async function forgetFormer(): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length <= 1) await shell.forgetOthers(true);
}

/** What a page says when its person wants the newer version. */
const ACTIVATE = "activate";
