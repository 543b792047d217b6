/** Messages that disappear: decided for a conversation, and forgotten by a device that has no network. */

import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { keeps } from "./support/kept.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

let server;
let browser;
let [ama, kofi] = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
  ama = await Person.signIn(await browser.newContext(), server.url, "admin");
  const context = await browser.newContext();
  kofi = await Person.signIn(context, server.url, "manager");
  await ama.writeTo("manager");
  await ama.write("This stays");
  await kofi.open(ama.name);
  await kofi.reads("This stays");
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("either of two lets messages disappear, and both are told who did", async () => {
  await ama.page.getByRole("button", { name: `About ${kofi.name}` }).click();
  const sheet = ama.page.getByRole("dialog");
  await sheet.getByRole("button", { name: /Disappearing messages/ }).click();
  await ama.page.getByRole("option", { name: "24 hours" }).click();
  await sheet.getByRole("button", { name: /24 hours/ }).waitFor();
  await check(ama.page, "how long messages stay");
  await ama.page.keyboard.press("Escape");

  await ama.page.getByText("You let messages disappear after 24 hours").first().waitFor();
  await kofi.page.getByText("Ama lets messages disappear after 24 hours").first().waitFor();
});

test("what is over is gone from the screen and from what the device keeps, without a network", async () => {
  const context = kofi.page.context();
  await kofi.page.close();
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.clock.install();
  await page.goto(server.url, { waitUntil: "commit" });
  await page.getByRole("navigation", { name: "Conversations" }).getByRole("button", { name: ama.name }).click();
  await ama.write("The well is dry");
  await page.getByRole("log").getByText("The well is dry").waitFor();
  await keeps(page, "messages", (rows) => JSON.stringify(rows).includes("The well is dry"));

  await context.setOffline(true);
  await page.clock.fastForward("25:00:00");

  await page.getByRole("log").getByText("The well is dry").waitFor({ state: "detached" });
  await page.getByRole("log").getByText("This stays").waitFor();
  // What was read aloud leaves the page a little later than what is seen.
  await page.clock.runFor(40_000);
  await keeps(page, "messages", (rows) => !JSON.stringify(rows).includes("The well is dry"));
  await page.getByText("The well is dry").waitFor({ state: "detached" });
});
