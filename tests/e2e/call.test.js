/** Three people and a fourth, in one group: they write, they call, and survive what happens to them. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";
import { until } from "./support/until.js";

/** The network errors that a server that is away causes in the console. */
const AWAY = /WebSocket|ERR_CONNECTION|Failed to load resource/;

let server;
let browser;
let people;
let [admin, manager, sena] = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
  const shared = await browser.newContext();
  admin = await Person.signIn(shared, server.url, "admin");
  manager = await Person.addAccount(shared, server.url, "manager");
  sena = await Person.signIn(await browser.newContext(), server.url, "sena");
  people = [admin, manager, sena];
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("two tabs of one browser are two people, and each one's messages reach the others once and in order", async () => {
  await admin.makeGroup("Under the tree", ["manager", "sena", "yao"]);
  await manager.open("Under the tree");
  await sena.open("Under the tree");

  await admin.write("One");
  await manager.reads("One");
  await manager.write("Two");
  await sena.reads("One", "Two");
  await sena.write("Three");

  for (const person of people) await person.reads("One", "Two", "Three");
});

test("in a video call everybody sees and hears both others", async () => {
  await admin.startVideoCall();
  await manager.answer();
  await sena.answer();

  await admin.sees(["manager", "sena"]);
  await manager.sees(["admin", "sena"]);
  await sena.sees(["admin", "manager"]);
  for (const person of people) await person.hears(2);
});

test("everybody's tile says that they speak, and sound is sent with what repairs it", async () => {
  await admin.seesSpeaking(["manager", "sena"]);
  await sena.seesSpeaking(["admin", "manager"]);

  const frames = await admin.framesInAPacket();
  assert.ok(frames > 1.5, `${frames} frames in a packet`);
  assert.equal(await admin.sendsPictureAs(), "video/VP8");
});

test("only the layer that somebody looks at is sent, and another is back soon after somebody wants it", async (t) => {
  const large = manager.page.viewportSize();
  // Two panes still, and tiles as high as the lowest layer.
  const small = { width: 860, height: 400 };
  for (const person of [manager, sena]) await person.page.setViewportSize(small);
  await admin.sendsOnly(["q"]);
  await sena.sees(["admin"]);

  const began = Date.now();
  await manager.page.setViewportSize(large);
  await manager.seesHeight("admin", 360);
  t.diagnostic(`the larger picture was there ${Date.now() - began} ms after the window grew`);
  await admin.sendsOnly(["q", "h"]);
  await sena.page.setViewportSize(large);
  await admin.sendsOnly(["h"]);

  for (const person of people) await person.sees(["admin", "manager", "sena"].filter((name) => name !== person.username));
});

test("the chat is beside the call", async () => {
  await admin.write("Four");

  for (const person of people) await person.reads("One", "Two", "Three", "Four");
});

test("while one reads elsewhere the call goes on small, beside what is read, and in its own window", async () => {
  const { page } = manager;
  await page.getByRole("button", { name: "Minimise the call" }).click();
  const small = page.getByRole("region", { name: "Call: Under the tree" });
  await small.locator("video").waitFor();
  await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  await check(page, "a small call");
  await small.getByRole("button", { name: "To another corner" }).click();
  await manager.hears(2);

  await small.getByRole("button", { name: "In a window of its own" }).click();
  await page.waitForFunction(() => window.documentPictureInPicture.window?.document.querySelector("video")?.videoWidth > 0);
  await small.getByRole("button", { name: /^Back to the call/ }).click();
  await page.waitForFunction(() => window.documentPictureInPicture.window === null);

  await page.getByRole("button", { name: "Call beside the conversations" }).click();
  await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  await manager.sees(["admin", "sena"]);
  await check(page, "a call beside the conversations");
  await page.getByRole("button", { name: "Back to the call" }).click();
  await manager.sees(["admin", "sena"]);
});

test("a shared screen is large for the others, with its sound, until it ends", async () => {
  await admin.page.getByRole("button", { name: "Share the screen" }).click();
  await admin.page.getByRole("menuitem", { name: "Text" }).click();

  await admin.page.getByText("You are sharing your screen with its sound").waitFor();
  for (const person of [manager, sena]) {
    await person.seesScreenOf("admin");
    await person.hears(3);
  }

  await admin.page.getByRole("radio", { name: "Motion" }).check({ force: true });
  await manager.seesScreenOf("admin");
  await check(manager.page, "a shared screen");
  await admin.page.getByRole("button", { name: "Stop sharing" }).first().click();
  for (const person of [manager, sena]) {
    await person.page.getByRole("figure", { name: "Screen of" }).waitFor({ state: "detached" });
  }
  await manager.sees(["admin", "sena"]);

  const { offers } = await sena.stats();
  await sena.page.evaluate(() => document.activeElement?.blur());
  await sena.page.keyboard.press("s");
  await admin.seesScreenOf("sena");
  await admin.hears(3);
  await sena.page.keyboard.press("s");
  await admin.page.getByRole("figure", { name: "Screen of" }).waitFor({ state: "detached" });
  // Its sound holds no slot any longer either.
  await until(admin.page, async () => (await window.palabre.call()).audio.length === 2);
  // One offer told of its beginning; that of its end comes after the figure has gone.
  await until(sena.page, async (offers) => (await window.palabre.call()).offers >= offers, offers + 2);
});

test("a fourth joins and is seen by all, while the first three make no new offer", async () => {
  const offers = await Promise.all(people.map((person) => person.stats()));
  const yao = await Person.signIn(await browser.newContext(), server.url, "yao");
  await yao.answer();

  await yao.sees(["admin", "manager", "sena"]);
  for (const person of people) await person.sees(["yao"]);
  await yao.hears(3);

  const now = await Promise.all(people.map((person) => person.stats()));
  assert.deepEqual(now.map((stats) => stats.offers), offers.map((stats) => stats.offers));
  await yao.page.getByRole("button", { name: "Leave the call" }).click();

  await yao.open("Under the tree");
  await yao.page.getByRole("button", { name: "Join the call" }).click();
  const look = yao.page.getByRole("dialog");
  await look.locator("video").waitFor();
  await check(yao.page, "before joining");
  await look.getByRole("button", { name: "Join now" }).click();
  await yao.sees(["admin", "manager", "sena"]);
  await yao.page.getByRole("button", { name: "Leave the call" }).click();
  yao.isCalm();
  await yao.page.context().close();
});

test("a page that is reloaded comes back into the call by itself", async () => {
  const earlier = await manager.stats();
  await manager.page.reload({ waitUntil: "commit" });

  await manager.rejoins(earlier);
  await manager.sees(["admin", "sena"]);
  await admin.sees(["manager"]);
});

test("after a restart of the server everybody is back in the call and the chat by themselves", async (t) => {
  for (const person of people) person.isCalm();
  const earlier = await Promise.all(people.map((person) => person.stats()));
  await server.restart("SIGKILL");

  const began = Date.now();
  await Promise.all(people.map((person, at) => person.rejoins(earlier[at])));
  t.diagnostic(`all were connected again ${Date.now() - began} ms after the server was back`);
  await admin.sees(["manager", "sena"]);
  await manager.sees(["admin", "sena"]);
  await sena.sees(["admin", "manager"]);
  await sena.hears(2);
  await sena.write("Five");
  for (const person of people) {
    await person.reads("One", "Two", "Three", "Four", "Five");
    person.isCalm(AWAY);
  }
});

test("the call stays in the conversation after everybody left", async () => {
  for (const person of people) {
    await person.page.getByRole("button", { name: "Leave the call" }).click();
  }

  await admin.page.getByRole("log").getByText("Video call").waitFor();
});
