/**
 * Notices of the system, with the page closed: the server encrypts, a push service of the tests' own
 * passes on, the service worker shows, and what is pressed there happens here.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { Desk } from "./support/desk.js";
import { Person } from "./support/person.js";
import { PushService } from "./support/push-service.js";
import { Server } from "./support/server.js";

let service;
let server;
let browser;

before(async () => {
  service = await PushService.start();
  server = await Server.start({ PALABRE_PUSH__SERVICES: JSON.stringify([service.origin]) });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await service?.stop();
});

test("a message is shown, counted as delivered, opened and marked as read with every page closed", async () => {
  const ama = await Person.signIn(await browser.newContext(), server.url, "admin");
  await ama.writeTo("sena");
  const sena = await Desk.leave(browser, server, service, "sena", (person) => person.open("Ama Lawson"));

  await ama.write("Are you there?");
  const { headers } = await sena.receives("message");
  assert.equal(headers.urgency, "high");

  const [shown] = await sena.shows(/^Ama Lawson: Are you there\?$/);
  assert.deepEqual(shown.actions, ["Mark as read"]);
  await ama.page.getByRole("img", { name: "Delivered" }).first().waitFor();

  await ama.write("Hello?");
  await sena.receives("message");
  // A conversation has one notice, however many messages it stands for.
  const [second] = await sena.shows(/Hello\?$/);

  await sena.presses(second, "read");
  await sena.shows();
  await ama.page.getByRole("img", { name: "Read", exact: true }).first().waitFor();

  await ama.write("Good night");
  await sena.receives("message");
  const [third] = await sena.shows(/Good night$/);
  await sena.presses(third, "");
  const page = await sena.opensWindow();
  await page.page.getByRole("region", { name: "Ama Lawson" }).waitFor();
  await page.reads("Are you there?", "Hello?", "Good night");
  await check(page.page, "what a notice leads to");
  await ama.page.context().close();
  await sena.close();
});

test("a device without previews is not told what a message says", async () => {
  const ama = await Person.signIn(await browser.newContext(), server.url, "admin");
  await ama.writeTo("yao");
  const yao = await Desk.leave(browser, server, service, "yao", async ({ page }) => {
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByText("Show what messages say").click();
    await page.getByRole("switch", { name: /Show what messages say/, checked: false }).waitFor();
    await check(page, "how this device tells");
  });

  await ama.write("A secret");
  const { message } = await yao.receives("message");

  assert.equal(message.notice.text, null);
  await yao.shows(/^Ama Lawson.*: New message$/);
  await ama.page.context().close();
  await yao.close();
});

test("what is read on another device is taken back, and a page that is open is led to the message", async () => {
  const kofi = await Person.signIn(await browser.newContext(), server.url, "manager");
  await kofi.writeTo("yao");
  const yao = await Desk.leave(browser, server, service, "yao");
  await kofi.write("On both");
  await yao.receives("message");
  await yao.shows(/On both$/);

  const elsewhere = await Person.signIn(await browser.newContext(), server.url, "yao");
  await elsewhere.open("Kofi Mensah");
  await elsewhere.reads("On both");
  await yao.receives("read");
  await yao.shows();
  await elsewhere.page.context().close();

  await kofi.write("Once more");
  await yao.receives("message");
  const [shown] = await yao.shows(/Once more$/);
  const page = await yao.comesBack();
  await yao.presses(shown, "");
  await page.reads("On both", "Once more");
  await kofi.page.context().close();
  await yao.close();
});

test("a call rings with every page closed, is declined there, and is answered by the page it opens", async () => {
  const ama = await Person.signIn(await browser.newContext(), server.url, "admin");
  await ama.writeTo("manager");
  const kofi = await Desk.leave(browser, server, service, "manager");

  await ama.startVideoCall();
  const { headers } = await kofi.receives("call");
  assert.equal(headers.urgency, "high");
  assert.ok(Number(headers.ttl) <= 45, "a ring is not worth anything later");
  const [ring] = await kofi.shows(/Ama Lawson.*: Video call/);
  assert.deepEqual(ring.actions, ["Answer", "Decline"]);
  await kofi.presses(ring, "decline");
  await kofi.receives("call_over");
  await kofi.shows();
  await ama.page.getByText("The call was declined.").waitFor();

  await ama.page.getByRole("button", { name: "Close" }).click();
  await ama.startVideoCall();
  await kofi.receives("call");
  const [second] = await kofi.shows(/Video call/);
  await kofi.presses(second, "accept");
  const answering = await kofi.opensWindow();
  await answering.inCall();
  await ama.hears(1);
  await ama.page.context().close();
  await kofi.close();
});
