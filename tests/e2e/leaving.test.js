/** Somebody deletes their account: what the others see of it, and what is left on the devices. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { keeps } from "./support/kept.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

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

test("whoever deletes their account is signed out everywhere, and what they wrote stays without a name", async () => {
  const ama = await Person.signIn(await browser.newContext(), server.url, "admin");
  const sena = await Person.signIn(await browser.newContext(), server.url, "sena");
  const elsewhere = await Person.signIn(await browser.newContext(), server.url, "sena");
  await sena.writeTo("admin");
  await sena.write("The keys are at the mill");
  await ama.open("Sena Adjovi");
  await ama.reads("The keys are at the mill");
  await keeps(elsewhere.page, "threads", (rows) => rows.length > 0);

  await sena.page.getByRole("button", { name: "Settings" }).click();
  await sena.page.getByRole("button", { name: "Edit" }).click();
  const sheet = sena.page.getByRole("dialog", { name: "Profile and account" });
  await sheet.getByRole("button", { name: "Delete the account" }).click();
  await sheet.getByLabel("Your password").fill("wrong");
  await sheet.getByRole("button", { name: "Delete for good" }).click();
  await sheet.getByText("That is not your password").waitFor();
  await check(sena.page, "the end of an account");
  await sheet.getByLabel("Your password").fill("sena");
  await sheet.getByRole("button", { name: "Delete for good" }).click();

  for (const { page } of [sena, elsewhere]) {
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await keeps(page, "threads", (rows) => rows.length === 0);
  }
  await ama.page.getByRole("heading", { name: "Deleted account" }).waitFor();
  await ama.reads("The keys are at the mill");
  const region = ama.page.getByRole("region", { name: "Deleted account" });
  await region.getByText("Nobody reads here any more").last().waitFor();
  assert.equal(await ama.page.getByPlaceholder("Write a message").count(), 0);
  await check(ama.page, "a conversation with nobody");
  await ama.page.getByRole("button", { name: "New conversation" }).first().click();
  await ama.page.getByRole("dialog").getByRole("button", { name: "Yao Koffi" }).waitFor();
  assert.equal(await ama.page.getByRole("dialog").getByRole("button", { name: /Sena|Deleted/ }).count(), 0);
});
