/** Somebody is called to their device, with their leave, and decides what others see of them. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";
import { until } from "./support/until.js";

let server;
let browser;
let [ama, kofi] = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
  [ama, kofi] = await Promise.all(["admin", "manager"].map(signIn));
  await kofi.makeGroup("Kitchen", ["admin", "sena"]);
  await ama.page.getByRole("button", { name: "New conversation" }).first().click();
  const dialog = ama.page.getByRole("dialog");
  await dialog.getByRole("button", { name: kofi.name }).click();
  await dialog.getByRole("button", { name: "Write" }).click();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A page that counts the tones it plays, by their pitch in Hz. */
async function signIn(username) {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    window.tones = [];
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
      window.tones.push(this.frequency.value);
      return start.apply(this, when);
    };
  });
  return Person.signIn(context, server.url, username);
}

test("leave to beep is asked for and given", async () => {
  const { page } = ama;
  await page.getByRole("button", { name: `About ${kofi.name}` }).click();
  await page.getByRole("button", { name: `Ask ${kofi.name} for leave to beep` }).click();
  const asked = kofi.page.getByText(`${ama.name} would like to be able to beep you`);
  await asked.waitFor();
  await check(kofi.page);
  await kofi.page.getByRole("button", { name: "Allow" }).click();
  await asked.waitFor({ state: "detached" });

  await page.getByRole("dialog").getByRole("button", { name: `Beep ${kofi.name}` }).waitFor();
  await page.keyboard.press("Escape");
});

test("a beep says why, sounds once, and opens the conversation", async () => {
  await kofi.open("Kitchen");
  await ama.page.getByRole("button", { name: `Beep ${kofi.name}` }).click();
  await ama.page.getByLabel("What for").fill("Somebody is at the door");
  await ama.page.getByRole("button", { name: "Beep now" }).click();

  await kofi.page.getByText(`${ama.name} needs you`).waitFor();
  await check(kofi.page);
  await until(kofi.page, () => window.tones.filter((pitch) => pitch === 1_200).length === 3);
  await kofi.page.getByRole("button", { name: "Open", exact: true }).click();
  await kofi.page.getByRole("region", { name: ama.name }).waitFor();
  await kofi.page.getByRole("log").getByText("Ama beeped: Somebody is at the door").waitFor();
  await ama.page.getByRole("log").getByText("You beeped: Somebody is at the door").waitFor();
});

test("a second beep within half a minute is refused in words", async () => {
  const { page } = ama;
  await page.getByRole("button", { name: `Beep ${kofi.name}` }).click();
  await page.getByRole("button", { name: "Beep now" }).click();
  await page.getByRole("alert").filter({ hasText: "That was enough for now" }).waitFor();
  await page.keyboard.press("Escape");
});

test("in quiet hours nobody is beeped at, and what others see is shown", async () => {
  const { page } = kofi;
  await page.getByRole("button", { name: "Settings" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("switch", { name: "Quiet hours" }).click({ force: true });
  const { from, to } = await page.evaluate(() => {
    const time = (ms) => new Date(Date.now() + ms).toTimeString().slice(0, 5);
    return { from: time(-60 * 60_000), to: time(60 * 60_000) };
  });
  await dialog.getByLabel("From").fill(from);
  await dialog.getByLabel("To", { exact: true }).fill(to);
  await dialog.getByLabel("A line beside it").fill("At the market");
  await dialog.getByRole("button", { name: "Show it" }).click();
  await dialog.getByText("Available · At the market").waitFor();
  await check(page);
  await page.keyboard.press("Escape");

  await ama.page.getByText("Available · At the market").first().waitFor();
  await ama.page.getByRole("button", { name: `Beep ${kofi.name}` }).click();
  await ama.page.getByRole("button", { name: "Beep now" }).click();
  await ama.page.getByRole("alert").filter({ hasText: "quiet time" }).waitFor();
  await ama.page.keyboard.press("Escape");
});

test("who is in a call is shown as busy", async () => {
  await kofi.open("Kitchen");
  await kofi.startVideoCall();
  await ama.page.getByText("Busy · At the market").first().waitFor();
  await kofi.leaves();
  await ama.page.getByText("Available · At the market").first().waitFor();
  assert.equal(await ama.page.getByRole("alertdialog").count(), 0);
});
