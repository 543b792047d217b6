/** Blurring what is behind oneself: by a model of ours, before anybody sees the picture. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";
import { until } from "./support/until.js";

let server;
let browser;
let [admin, sena] = [];
const asked = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
  const context = await browser.newContext();
  context.on("request", (request) => asked.push(request.url()));
  admin = await Person.signIn(context, server.url, "admin", { portrait: true, busy: true });
  sena = await Person.signIn(await browser.newContext(), server.url, "sena");
  await sena.makeGroup("Under the tree", ["admin", "manager"]);
  await sena.startVideoCall();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("the model is loaded when it is wanted, and the look before joining shows what it does", async (t) => {
  await admin.page.bringToFront();
  await admin.page.getByRole("alertdialog").getByRole("button", { name: "Decline" }).click();
  await admin.open("Under the tree");
  await admin.page.getByRole("button", { name: "Join the call" }).click();
  const look = admin.page.getByRole("dialog");
  await until(admin.page, hasEdges, { selector: LOOK, hard: true });
  assert.ok(!asked.some((url) => url.includes("/blur-")), "it is not in the first load");

  const began = Date.now();
  await look.getByRole("switch", { name: "Blur the background" }).locator("xpath=ancestor-or-self::label").click();

  await until(admin.page, hasEdges, { selector: LOOK, hard: false });
  t.diagnostic(`blurred ${Date.now() - began} ms after the click`);
  await check(admin.page, "before joining, blurred");
  assert.deepEqual(asked.filter((url) => new URL(url).host !== new URL(server.url).host), []);
});

test("the others get the blurred picture, and the sharp one again when it is turned off", async () => {
  await admin.page.getByRole("button", { name: "Join now" }).click();
  await admin.inCall();
  await sena.page.bringToFront();
  await sena.sees(["admin"]);
  await until(sena.page, hasEdges, { selector: TILE, hard: false });

  await admin.page.bringToFront();
  await admin.page.getByRole("button", { name: "Choose a camera" }).click();
  await admin.page.getByRole("menuitemcheckbox", { name: "Blur the background" }).click();
  await admin.page.keyboard.press("Escape");
  await sena.page.bringToFront();
  await until(sena.page, hasEdges, { selector: TILE, hard: true });
  for (const person of [admin, sena]) person.isCalm();
});

/** Runs in the page: whether the upper left corner of a video has hard edges, or none. */
function hasEdges({ selector, hard }) {
  const video = document.querySelector(selector);
  if (!video || video.videoWidth === 0) return false;
  const [width, height] = [Math.floor(video.videoWidth / 4), Math.floor(video.videoHeight / 3)];
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(video, 0, 0, width, height, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  let hardest = 0;
  for (let at = 4; at < data.length; at += 4) {
    const begins = (at / 4) % width === 0;
    if (!begins) hardest = Math.max(hardest, Math.abs(data[at] - data[at - 4]));
  }
  // Of 255: edges of the drawn boxes are far above the one, what is blurred far below the other.
  return hard ? hardest > 80 : hardest < 40;
}

const LOOK = "[role=dialog] video";
const TILE = 'figure[aria-label^="Ama Lawson"] video';
