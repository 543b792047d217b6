/** What a browser keeps of the app, so that it starts and reads without a network. */

import { PATIENCE_MS } from "./until.js";

/** Waits until the page would start without a network. */
export async function startsOffline(page) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
}

/** Waits until `look`, which runs here, finds what it wants among the rows that the device keeps. */
export async function keeps(page, store, look) {
  const end = Date.now() + PATIENCE_MS;
  while (!look(await page.evaluate(readAll, store))) {
    if (Date.now() > end) throw new Error(`not kept within ${PATIENCE_MS} ms: ${look}`);
  }
}

/** Runs in the page: all rows of a store. */
async function readAll(store) {
  const asked = indexedDB.open("palabre-history");
  const db = await new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const all = db.transaction(store).objectStore(store).getAll();
  const rows = await new Promise((resolve) => {
    all.onsuccess = () => resolve(all.result);
  });
  db.close();
  return rows;
}
