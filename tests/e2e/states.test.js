/** What a browser has or refuses: the app says so, says what to do, and goes on. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch, looks, openPage } from "./support/browser.js";
import { keeps, startsOffline } from "./support/kept.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";
import { until } from "./support/until.js";

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a first load whose script fails comes up by itself, and says nothing of it", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  const asked = await failFirst(page, /\/assets\/index-.*\.js$/, 1);

  await page.goto(server.url, { waitUntil: "commit" });

  await page.getByRole("button", { name: "Ama Lawson" }).waitFor();
  assert.equal(asked.failed, 1);
  await until(page, () => sessionStorage.getItem("palabre.start") === null);
  await context.close();
});

test("a first load that fails again says so in the language of the browser, and comes up by itself", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", locale: "fr-FR" });
  const page = await context.newPage();
  const asked = await failFirst(page, /\/assets\/index-.*\.css$/, 3);
  // Before it loads anew the page asks whether the server is there: it is once the page has been read.
  let answer;
  const isRead = new Promise((resolve) => {
    answer = resolve;
  });
  await page.route(`${server.url}/`, async (route) => {
    if (route.request().resourceType() === "fetch" && asked.failed > 1) await isRead;
    await route.continue();
  });

  await page.goto(server.url, { waitUntil: "commit" });

  await page.getByRole("alert").getByText("Un nouvel essai se fait tout seul").waitFor();
  await check(page, "a first load that failed twice");
  answer();
  await page.getByRole("button", { name: "Ama Lawson" }).waitFor();
  assert.equal(asked.failed, 3);
  assert.equal(await page.getByText("Un nouvel essai").count(), 0);
  await context.close();
});

test("a part that does not come when it is wanted says so, is tried again, and has its style", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const ama = await Person.signIn(context, server.url, "admin");
  const style = await failFirst(ama.page, /\/StarredSheet-.*\.css$/, 1);
  const script = await failFirst(ama.page, /\/StarredSheet-.*\.js$/, Infinity);

  await ama.page.getByRole("button", { name: "Starred messages" }).click();

  await ama.page.getByRole("alert").getByText("It tries again by itself").waitFor();
  script.times = script.failed;
  const sheet = ama.page.getByRole("dialog", { name: "Starred messages" });
  await sheet.waitFor();
  assert.equal(style.failed, 1);
  const styled = (address) => [...document.styleSheets].some(({ href }) => href?.includes(address));
  assert.ok(await ama.page.evaluate(styled, "/StarredSheet-"), "the sheet has its style");
  await context.close();
});

test("a part that a newer server has no more asks for a reload", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const ama = await Person.signIn(context, server.url, "admin");
  await ama.page.route(/\/StarredSheet-.*\.js$/, (route) => route.fulfill({ status: 404 }));
  await ama.page.route(server.url + "/", async (route) => {
    const response = await route.fetch();
    const page = await response.text();
    await route.fulfill({ response, body: page.replace(/\/index-[\w-]+\.js/, "/index-newer.js") });
  });

  await ama.page.getByRole("button", { name: "Starred messages" }).click();

  await ama.page.getByRole("alert").getByText("The server has a newer version").waitFor();
  await ama.page.unrouteAll({ behavior: "wait" });
  await ama.page.getByRole("button", { name: "Reload" }).click();
  await ama.page.getByRole("button", { name: "Starred messages" }).click();
  await ama.page.getByRole("dialog", { name: "Starred messages" }).waitFor();
  await context.close();
});

test("a call without leave for camera and microphone says where to allow them, and is a call", async () => {
  const context = await browser.newContext();
  const ama = await Person.signIn(context, server.url, "admin");
  await ama.makeGroup("Deaf and blind", ["manager", "sena"]);
  await ama.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
  });

  await ama.startVideoCall();

  for (const device of ["Camera", "Microphone"]) {
    const said = ama.page.getByText(new RegExp(`^${device}:.*Allow it`));
    await said.first().waitFor();
  }
  await check(ama.page, "a call without devices");
  await ama.leaves();
  await context.close();
});

test("a device that is full says so and goes on, and says nothing any more once there is room", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const devtools = await context.newCDPSession(await context.newPage());
  // Before the app's first write: Chromium trusts for half a minute in what it has seen of the quota.
  const small = { origin: server.url, quotaSize: SMALL_DEVICE_BYTES };
  await devtools.send("Storage.overrideQuotaForOrigin", small);
  const ama = await Person.signIn(context, server.url, "admin");
  await ama.makeGroup("Full house", ["manager", "sena"]);
  await ama.write("There is room");
  await keeps(ama.page, "messages", (rows) => JSON.stringify(rows).includes("There is room"));
  await ama.page.evaluate(fillUp, SMALL_DEVICE_BYTES);

  await ama.write("There is none");

  const banner = ama.page.getByText("This device is full: what you read now");
  await banner.waitFor();
  await ama.reads("There is room", "There is none");
  await check(ama.page, "a full device");
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.url });
  await banner.waitFor({ state: "detached" });
  await keeps(ama.page, "messages", (rows) => JSON.stringify(rows).includes("There is none"));
  await context.close();
});

test("what one deleted for oneself stays away when the app starts without a server", async () => {
  const context = await browser.newContext();
  const ama = await Person.signIn(context, server.url, "admin");
  await startsOffline(ama.page);
  await ama.makeGroup("Half a memory", ["manager", "sena"]);
  await ama.write("Stays");
  await ama.write("Goes");
  await ama.reads("Stays", "Goes");
  await ama.page.getByText("Goes", { exact: true }).click({ button: "right" });
  await ama.page.getByRole("menuitem", { name: "Delete for me" }).click();
  await ama.reads("Stays");
  await keeps(ama.page, "people", (rows) => rows.some(({ personal }) => personal?.marks.length > 0));

  await server.kill();
  await ama.page.close();
  const again = new Person(await openPage(context, server.url, looks.admin), "admin");
  await again.open("Half a memory");

  await again.reads("Stays");
  await server.revive();
  await context.close();
});

/** Room on a device for all that the app keeps. */
const SMALL_DEVICE_BYTES = 2_000_000;

/** Runs in the page: puts ballast beside what the app keeps until not a byte more goes in. */
async function fillUp(capacity) {
  const asked = indexedDB.open("ballast");
  asked.onupgradeneeded = () => asked.result.createObjectStore("sand", { autoIncrement: true });
  const db = await new Promise((resolve) => {
    asked.onsuccess = () => resolve(asked.result);
  });
  const put = (bytes) =>
    new Promise((resolve) => {
      const tx = db.transaction("sand", "readwrite");
      tx.objectStore("sand").add(bytes);
      tx.oncomplete = () => resolve(true);
      tx.onabort = () => resolve(false);
    });
  let total = 0;
  for (let size = 65_536; size >= 1; ) {
    if (await put(crypto.getRandomValues(new Uint8Array(size)))) total += size;
    else size = Math.floor(size / 4);
    if (total > capacity) throw new Error("the quota is not kept");
  }
  db.close();
}

/** Has the network fail for the first so many requests for `address`; `times` can be changed meanwhile. */
async function failFirst(page, address, times) {
  const asked = { failed: 0, times };
  await page.route(address, (route) => {
    if (asked.failed >= asked.times) return route.continue();
    asked.failed += 1;
    return route.abort("internetdisconnected");
  });
  return asked;
}
