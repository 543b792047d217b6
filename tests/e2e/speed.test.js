/**
 * How quick the app is, and how still it stands (QUALITY S7). What a busy machine cannot change is
 * asserted: shifts of the layout, and how much is drawn of how much there is. Times are printed;
 * docs/performance.md has those of a quiet machine.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch } from "./support/browser.js";
import { serveCatalogue } from "./support/catalogue.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

/** What a page may move by itself, in shares of the window (web.dev/cls calls 0.1 good). */
const MOST_SHIFT = 0.02;

/** Elements of a timeline of ten thousand messages. */
const MOST_ELEMENTS = 2_000;

/** Rows that are drawn of a thousand conversations: those that are seen, and some around them. */
const MOST_ROWS = 40;

let server;
let browser;
let catalogue;

before(async () => {
  browser = await launch();
  [server, catalogue] = await Promise.all([Server.start(), serveCatalogue()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await catalogue?.stop();
});

test("from the start over a conversation with a picture to a call nothing moves by itself", async (t) => {
  const manager = await Person.signIn(await browser.newContext(), server.url, "manager");
  const context = await browser.newContext();
  const admin = await Person.signIn(context, server.url, "admin", { openingMs: 100 });
  await manager.makeGroup("Under the tree", ["admin", "sena"]);
  for (let at = 1; at <= 12; at += 1) await manager.write(`Message ${at}`);
  const picture = await manager.page.screenshot({ type: "png" });
  await manager.page.locator("input[type=file]").first().setInputFiles({ name: "tree.png", mimeType: "image/png", buffer: picture });
  await manager.page.getByPlaceholder("Write a message").press("Enter");
  await manager.page.getByRole("log").locator("img").first().waitFor();

  await context.addInitScript(watch);
  const { page } = admin;
  await page.reload({ waitUntil: "commit" });
  await page.getByRole("navigation", { name: "Conversations" }).getByRole("button", { name: "Under the tree" }).waitFor();
  const started = await page.evaluate(() => Math.round(performance.now()));
  await admin.open("Under the tree");
  await page.getByRole("log").locator("img").first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll("[role=log] img")].every((one) => one.complete));
  await admin.write("Here");
  await admin.startVideoCall();
  await manager.answer();
  await admin.sees(["manager"]);
  await admin.leaves();

  const { shift, shifts, slowest, interactions } = await page.evaluate(() => window.watched());
  t.diagnostic(`the list stood ${started} ms after a warm start`);
  t.diagnostic(`the slowest of ${interactions} interactions took ${slowest} ms until it was drawn`);
  t.diagnostic(`moved by itself: ${shift.toFixed(4)} ${JSON.stringify(shifts)}`);
  assert.ok(shift <= MOST_SHIFT, `${shift}: ${JSON.stringify(shifts)}`);
});

test("of ten thousand messages beside a thousand conversations those that are seen are drawn, and scroll", async (t) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(catalogue.url);
  await page.evaluate(() => {
    window.asked = performance.now();
    window.catalogue.show("entry=screen/chat-crowded");
  });
  await page.locator("[role=log] [data-index], [role=log] time, [role=log] span[dir=auto]").first().waitFor();
  const opened = await page.evaluate(() => Math.round(performance.now() - window.asked));
  await page.locator("html[data-ready]").waitFor();
  const drawn = () => page.evaluate(() => document.querySelectorAll("[role=log] *").length);
  const elements = await drawn();

  await page.mouse.move(800, 400);
  await page.evaluate(frames);
  for (let turn = 0; turn < 30; turn += 1) await page.mouse.wheel(0, -600);
  await page.mouse.move(150, 500);
  for (let turn = 0; turn < 30; turn += 1) await page.mouse.wheel(0, 600);
  const { longest, count } = await page.evaluate(() => window.framesSeen());
  const after = await drawn();
  const rows = () => page.locator("nav li").count();
  const drawnRows = await rows();

  // Who goes by the keyboard comes to the very last, and back.
  const list = page.getByRole("navigation", { name: "Conversations" });
  await list.locator("[data-stop][tabindex='0']").first().focus();
  const size = Number(await list.getByRole("listitem").first().getAttribute("aria-setsize"));
  for (const [key, where] of [["End", size], ["ArrowUp", size - 1], ["Home", 1], ["ArrowDown", 2]]) {
    await page.keyboard.press(key);
    await page.waitForFunction(
      (row) => document.activeElement?.closest("li")?.ariaPosInSet === row,
      String(where),
    );
  }

  t.diagnostic(`opened in ${opened} ms, with ${drawnRows} of ${size} rows in the list; the timeline has ${elements} elements, ${after} after scrolling`);
  t.diagnostic(`the longest of ${count} frames while scrolling took ${longest} ms`);
  assert.ok(Math.max(elements, after) < MOST_ELEMENTS, `${elements} and ${after} elements`);
  assert.ok(Math.max(drawnRows, await rows()) < MOST_ROWS, `${drawnRows} and ${await rows()} rows`);
  await page.close();
});

/** Runs in the page, before anything else: what moves by itself, and how long people wait. */
function watch() {
  const shifts = [];
  let slowest = 0;
  let interactions = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      // What follows what somebody did is no surprise to them.
      if (hadRecentInput) continue;
      const what = sources.map(({ node }) => node?.className || node?.nodeName).slice(0, 3);
      shifts.push({ value: Number(value.toFixed(4)), what });
    }
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries()) {
      if (interactionId === 0) continue;
      interactions += 1;
      slowest = Math.max(slowest, Math.round(duration));
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
  window.watched = () => ({
    shift: shifts.reduce((sum, { value }) => sum + value, 0),
    shifts: shifts.slice(0, 8),
    slowest,
    interactions,
  });
}

/** Runs in the page: how long each frame takes from now on. */
function frames() {
  let before = performance.now();
  let longest = 0;
  let count = 0;
  const tick = (now) => {
    longest = Math.max(longest, now - before);
    before = now;
    count += 1;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  window.framesSeen = () => ({ longest: Math.round(longest), count });
}
