/** What was said is found again, and it is known who has read it, as far as they let it be known. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

let server;
let browser;
let [ama, kofi] = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
  ama = await Person.signIn(await browser.newContext(), server.url, "admin");
  kofi = await Person.signIn(await browser.newContext(), server.url, "manager");
  await ama.makeGroup("Market", ["manager", "sena"]);
  await ama.writeTo("manager");
  await ama.write("The réunion is at noon");
  await ama.write("Bring the keys");
  await ama.open("Market");
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a message is found in the list without its accents, and one is led to it", async () => {
  const { page } = ama;
  await page.getByRole("searchbox").fill("reunion");
  const hit = page.getByRole("navigation").getByText("The réunion is at noon").first();
  await hit.waitFor();
  await check(page, "search in the list");
  await hit.click();

  await page.getByRole("region", { name: kofi.name }).waitFor();
  await page.getByRole("log").getByText("The réunion is at noon").waitFor();
});

test("what nobody said is not found, in words", async () => {
  const { page } = ama;
  await page.getByRole("searchbox").fill("elephant");
  await page.getByText("Nothing found").first().waitFor();
  await page.getByRole("searchbox").press("Escape");
});

test("one looks within a conversation too", async () => {
  const { page } = ama;
  await page.getByRole("button", { name: "Search in this conversation" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox").fill("keys");
  await dialog.getByText("Bring the keys").click();

  await dialog.waitFor({ state: "detached" });
  await page.getByRole("log").getByText("Bring the keys").waitFor();
});

test("who has read a message is told, and when", async () => {
  await kofi.open(ama.name);
  const { page } = ama;
  const read = page.getByRole("log").getByRole("img", { name: "Read" });
  await read.last().waitFor();
  await page.getByRole("log").getByTitle("Who has received and read it").last().click();
  const dialog = page.getByRole("dialog", { name: "Who has received and read it" });
  await dialog.getByRole("listitem").filter({ hasText: kofi.name }).locator("time").waitFor();
  await check(page, "who has read it");
  await page.keyboard.press("Escape");
});

test("who reads privately leaves nothing but that it has arrived", async () => {
  await kofi.page.getByRole("button", { name: "Settings" }).click();
  const settings = kofi.page.getByRole("dialog");
  await settings.getByRole("switch", { name: "Read privately" }).click({ force: true });
  await kofi.page.keyboard.press("Escape");
  await ama.write("And the lamp");
  await kofi.page.getByRole("log").getByText("And the lamp").waitFor();

  const { page } = ama;
  const lamp = page.getByRole("article", { name: /And the lamp/ });
  await lamp.getByRole("img", { name: "Delivered" }).waitFor();
  await page.getByRole("log").getByTitle("Who has received and read it").last().click();
  await page.getByRole("dialog").getByText("reads privately").waitFor();
  await page.keyboard.press("Escape");
});

test("one has a place of one's own", async () => {
  const { page } = ama;
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: "Write something for yourself" }).click();
  await page.getByRole("heading", { name: "Saved for me" }).waitFor();
  await ama.write("Buy rice");
  await page.getByRole("log").getByText("Buy rice").waitFor();
});

test("what was begun on one device is gone on with on another", async () => {
  const second = await Person.signIn(await browser.newContext(), server.url, "admin");
  await ama.open("Market");
  await ama.page.getByPlaceholder("Write a message").fill("To be continued");
  await second.open("Market");
  const field = second.page.getByPlaceholder("Write a message");
  await second.page.waitForFunction(
    () => document.querySelector("textarea")?.value === "To be continued",
  );
  assert.equal(await field.inputValue(), "To be continued");
});
