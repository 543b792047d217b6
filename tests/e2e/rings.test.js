/** Who rings, who is called while in a call, and what is left of calls that nobody took. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";
import { PATIENCE_MS, until } from "./support/until.js";

let server;
let browser;
let [desk, phone, manager, sena] = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
  desk = await Person.signIn(await browser.newContext(), server.url, "admin");
  phone = await Person.signIn(await browser.newContext(), server.url, "admin");
  await phone.page.setViewportSize({ width: 390, height: 844 });
  manager = await Person.signIn(await browser.newContext(), server.url, "manager");
  sena = await Person.signIn(await browser.newContext(), server.url, "sena");
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a call rings on all devices, and the others are told at once that one has taken it", async (t) => {
  await manager.writeTo("admin");
  await manager.page.getByRole("button", { name: "Start an audio call" }).click();
  await manager.inCall();
  await ringing(phone).waitFor();
  await check(phone.page, "a call that rings");

  await ringing(desk).getByRole("button", { name: "Audio: answer without camera" }).click();
  const answered = Date.now();
  await ringing(phone).waitFor({ state: "detached" });
  t.diagnostic(`the other device was quiet ${Date.now() - answered} ms after the answer`);
  await phone.page.getByText("answered on another device").waitFor();
  await desk.hears(1);
  await manager.hears(1);
});

test("who is called while in a call is called busy, and puts the first call on hold for the second", async () => {
  await sena.writeTo("admin");
  await sena.page.getByRole("button", { name: "Start a video call" }).click();
  await sena.page.getByText("In another call: Ama").waitFor();
  await desk.page.bringToFront();
  await ringing(desk).getByText("You are in a call.").waitFor();
  await check(desk.page, "a call that waits");

  await ringing(desk).getByRole("button", { name: "Hold and answer" }).click();

  await held(desk, manager).waitFor();
  await desk.sees(["sena"]);
  await desk.hears(1);
  await sena.hears(1);
  await check(desk.page, "a call beside one on hold");
  await manager.page.bringToFront();
  await tile(manager, desk, "On hold").waitFor();
  await check(manager.page, "a call that the other one has put on hold");
  // Neither hears anything of the other.
  await until(manager.page, async () => (await window.palabre.call()).audio.length === 0);
});

test("a page that is reloaded is back in the call, and the other one is on hold still", async () => {
  await desk.page.bringToFront();
  const earlier = await desk.stats();
  await desk.page.reload({ waitUntil: "commit" });

  await desk.rejoins(earlier);
  await held(desk, manager).waitFor();
  await desk.sees(["sena"]);
  await tile(manager, desk, "On hold").waitFor();
});

test("one click goes back to the call on hold, and puts the other one on hold", async (t) => {
  const began = Date.now();
  await held(desk, manager).getByRole("button", { name: "Back to it" }).click();

  await held(desk, sena).waitFor();
  await desk.hears(1);
  t.diagnostic(`the voice was back ${Date.now() - began} ms after the click`);
  await manager.hears(1);
  await tile(manager, desk, "On hold").waitFor({ state: "detached" });
  await sena.page.bringToFront();
  await tile(sena, desk, "On hold").waitFor();
  await sena.page.getByRole("button", { name: "Leave the call" }).click();

  await desk.page.bringToFront();
  await desk.page.getByText(`${sena.name}: the call on hold is over`).waitFor();
  await held(desk, sena).waitFor({ state: "detached" });
  await desk.leaves();
  for (const person of [desk, phone, manager, sena]) person.isCalm();
});

test("a device that is pulled out is said to be lost, and another one takes its place", async () => {
  // It rings at somebody who is not there, while the others go on.
  await sena.writeTo("yao");
  await sena.page.getByRole("button", { name: "Start an audio call" }).click();
  await sena.inCall();
  await desk.page.bringToFront();
  await desk.writeTo("manager");
  await desk.page.getByRole("button", { name: "Start a video call" }).click();
  await ringing(manager).getByRole("button", { name: "Video: answer with camera" }).click();
  await desk.sees(["manager"]);
  await manager.sees(["admin"]);
  await manager.hears(1);

  await desk.page.evaluate(() => {
    for (const track of window.keptTracks.splice(0)) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  });

  await desk.page.getByText("The microphone was lost.").waitFor();
  await desk.page.getByText("The camera was lost.").waitFor();
  await until(desk.page, () => window.keptTracks.length === 2);
  await manager.hears(1);
  await manager.sees(["admin"]);
});

test("a tab that the browser freezes keeps its seat, and is back as soon as it thaws", async (t) => {
  const devtools = await manager.page.context().newCDPSession(manager.page);
  const earlier = await manager.stats();
  await devtools.send("Page.enable");
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await desk.write("Are you there?");
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  const thawed = Date.now();

  await manager.reads("Are you there?");
  t.diagnostic(`what was said meanwhile was there ${Date.now() - thawed} ms after the thaw`);
  await manager.sees(["admin"]);
  assert.equal((await manager.stats()).participant, earlier.participant);
  await manager.leaves();
  await desk.page.getByRole("button", { name: "Close" }).click();
});

test("a call that nobody takes is missed, and is called back from the list", async () => {
  await sena.page.bringToFront();
  await sena.page.getByText("Nobody answered.").waitFor({ timeout: RING_MS + PATIENCE_MS });
  await check(sena.page, "a call that is over");
  await sena.page.getByRole("button", { name: "Close" }).click();

  const yao = await Person.signIn(await browser.newContext(), server.url, "yao");
  await yao.page.getByRole("button", { name: "Calls", exact: true }).click();
  const calls = yao.page.getByRole("dialog", { name: "Calls" });
  await calls.getByRole("tab", { name: "Missed" }).click();
  await check(yao.page, "the calls that were missed");
  await calls.getByRole("button", { name: `Call ${sena.name}` }).click();
  await yao.inCall();
  await ringing(sena).getByRole("button", { name: "Audio: answer without camera" }).click();
  await yao.hears(1);
  await yao.leaves();
  yao.isCalm();
  await sena.page.getByRole("button", { name: "Close" }).click();
});

test("who declines is rung at again, and comes in", async () => {
  await desk.page.bringToFront();
  await desk.makeGroup("Under the tree", ["manager", "sena"]);
  await desk.page.getByRole("button", { name: "Start an audio call" }).click();
  await ringing(manager).getByRole("button", { name: "Audio: answer without camera" }).click();
  await ringing(sena).getByRole("button", { name: "Decline" }).click();
  await desk.hears(1);

  await desk.page.evaluate(() => document.activeElement?.blur());
  await desk.page.keyboard.press("p");
  const people = desk.page.getByRole("dialog", { name: "In the call" });
  await people.getByText("Declined").waitFor();
  await check(desk.page, "who is in the call");
  await people.getByRole("button", { name: `Ring ${sena.name} again` }).click();
  await ringing(sena).getByRole("button", { name: "Audio: answer without camera" }).click();

  await sena.hears(2);
  await people.getByRole("button", { name: "Close" }).click();
  for (const person of [desk, phone, manager, sena]) person.isCalm();
});

function ringing({ page }) {
  return page.getByRole("alertdialog", { name: /^Incoming/ });
}

function held({ page }, { name }) {
  return page.getByRole("region", { name: `Call on hold: ${name}` });
}

function tile({ page }, { name }, mark) {
  return page.locator(`figure[aria-label^="${name}"][aria-label*="${mark}"]`);
}

/** How long it rings, in ms. */
const RING_MS = 45_000;
