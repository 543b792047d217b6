/** What can go wrong between two people who write to each other, and whether everybody can use it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch, looks, openPage } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

let server;
let browser;
let [admin, manager] = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a wrong password is refused in words, in the language of the person", async () => {
  const context = await browser.newContext({ locale: "fr-FR" });
  const page = await openPage(context, server.url, looks.admin);
  await page.getByLabel("Nom", { exact: true }).fill("admin");
  await page.getByLabel("Mot de passe", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Se connecter" }).click();

  await page.getByRole("alert").filter({ hasText: "incorrect" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "fr");
  await context.close();
});

test("a message becomes read when the other one looks", async () => {
  admin = await Person.signIn(await browser.newContext(), server.url, "admin");
  manager = await Person.signIn(await browser.newContext(), server.url, "manager");
  await admin.page.getByRole("button", { name: "New conversation" }).first().click();
  const dialog = admin.page.getByRole("dialog");
  await dialog.getByRole("button", { name: manager.name }).click();
  await dialog.getByRole("button", { name: "Write" }).click();
  await admin.write("Are you there?");
  await admin.page.getByRole("log").getByRole("img", { name: "Delivered" }).waitFor();

  await manager.open(admin.name);

  await admin.page.getByRole("log").getByRole("img", { name: "Read" }).waitFor();
});

test("typing shows to the other one", async () => {
  await admin.page.getByPlaceholder("Write a message").pressSequentially("Hm");

  await manager.page.getByText("is typing").first().waitFor();
  await admin.page.getByPlaceholder("Write a message").fill("");
});

test("markup in a message is text", async () => {
  await admin.write('<img src=x onerror="document.title=1">');

  await manager.reads("Are you there?", '<img src=x onerror="document.title=1">');
  assert.equal(await manager.page.getByRole("log").locator("img").count(), 0);
});

test("what is written while the server is away is sent once it is back, once and in order", async () => {
  await server.kill();
  await admin.write("One more");
  await admin.write("And another");
  await admin.page.getByRole("log").getByRole("img", { name: "Waiting to be sent" }).first().waitFor();

  await server.revive();

  const texts = ["Are you there?", '<img src=x onerror="document.title=1">', "One more", "And another"];
  await manager.reads(...texts);
  await admin.reads(...texts);
});

test("what is waiting survives closing the page", async () => {
  const context = admin.page.context();
  await server.kill();
  await admin.write("Kept");
  await admin.page.getByRole("log").getByRole("img", { name: "Waiting to be sent" }).first().waitFor();
  await admin.page.close();
  await server.revive();

  const again = new Person(await openPage(context, server.url, looks.admin), "admin");
  await again.open(manager.name);

  await manager.page.getByRole("log").getByText("Kept").waitFor();
  admin = again;
});

test("axe finds nothing serious on the main screens", async () => {
  const signIn = await openPage(await browser.newContext(), server.url, looks.sena);
  await signIn.getByRole("button", { name: "Sign in" }).waitFor();
  await check(signIn, "sign-in");
  await check(admin.page, "conversation");
  for (const colorScheme of ["dark", "light"]) {
    await admin.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await check(admin.page, `conversation, ${colorScheme}`);
  }
  await admin.startVideoCall();
  await manager.page.getByRole("alertdialog").waitFor();
  await check(manager.page, "incoming call");
  await manager.answer();
  await check(manager.page, "call");
});

test("another name and a picture are seen by others at once, and a new password ends the other sign-ins", async () => {
  const sena = await Person.signIn(await browser.newContext(), server.url, "sena");
  const elsewhere = await Person.signIn(await browser.newContext(), server.url, "sena");
  const yao = await Person.signIn(await browser.newContext(), server.url, "yao");
  await yao.page.getByRole("button", { name: "New conversation" }).first().click();

  await sena.page.getByRole("button", { name: "Settings" }).click();
  await sena.page.getByRole("button", { name: "Edit" }).click();
  const sheet = sena.page.getByRole("dialog", { name: "Profile and account" });
  const picture = { name: "me.png", mimeType: "image/png", buffer: await sena.page.screenshot() };
  await sheet.locator("input[type=file]").setInputFiles(picture);
  await sheet.locator("img").first().waitFor();
  await sheet.getByLabel("Your name").fill("Sena of the well");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByText("The others see it now").waitFor();
  await check(sena.page, "one's own account");

  const seen = yao.page.getByRole("dialog").getByRole("button", { name: "Sena of the well" });
  await seen.locator("img").waitFor();
  await yao.page.waitForFunction(() => [...document.querySelectorAll("[role=dialog] img")].every((one) => one.naturalWidth > 0));

  await sheet.getByLabel("Password until now").fill("sena");
  await sheet.getByLabel("New password").fill("under the old tree");
  await sheet.getByRole("button", { name: "Change the password" }).click();
  await sheet.getByText("You are signed out everywhere else").waitFor();
  await elsewhere.page.getByRole("button", { name: "Sign in" }).waitFor();
  sena.isCalm();
});
