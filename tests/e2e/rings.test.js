/** Who rings, who is called while in a call, and what is left of calls that nobody took. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";
import { until } from "./support/until.js";

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

function ringing({ page }) {
  return page.getByRole("alertdialog", { name: /^Incoming/ });
}

function held({ page }, { name }) {
  return page.getByRole("region", { name: `Call on hold: ${name}` });
}

function tile({ page }, { name }, mark) {
  return page.locator(`figure[aria-label^="${name}"][aria-label*="${mark}"]`);
}
