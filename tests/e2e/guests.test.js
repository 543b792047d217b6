/** Moderators in a call, guests who come into it by a link, and what rings. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch, looks, openPage } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

let server;
let browser;
let [admin, sena, guest] = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
  admin = await Person.signIn(await browser.newContext(), server.url, "admin");
  sena = await Person.signIn(await browser.newContext(), server.url, "sena");
  await admin.makeGroup("Under the tree", ["manager", "sena"]);
  await admin.write("Before");
  await sena.open("Under the tree");
  await admin.startVideoCall();
  await sena.answer();
  await admin.sees(["sena"]);
  await admin.hears(1);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("who is muted by a moderator is told by whom, and unmutes themselves", async () => {
  await admin.page.bringToFront();
  const tile = admin.page.locator("figure", { hasText: sena.name });
  await tile.hover();
  await tile.getByRole("button", { name: `What can be done about ${sena.name}` }).click();
  await admin.page.getByRole("menuitem", { name: "Mute" }).click();

  await sena.page.getByText(`${admin.name} has muted you.`).waitFor();
  await admin.page.locator(`figure[aria-label^="${sena.name}"][aria-label*="muted"]`).waitFor();
  await sena.page.getByRole("button", { name: "Unmute the microphone" }).click();
  await admin.page.locator(`figure[aria-label^="${sena.name}"]:not([aria-label*="muted"])`).waitFor();
  await admin.hears(1);
});

test("a raised hand is seen and heard of, and a moderator takes it down", async () => {
  await sena.page.bringToFront();
  await sena.page.getByRole("button", { name: "Raise your hand" }).click();

  await admin.page.bringToFront();
  await admin.page.locator(`figure[aria-label*="hand raised"]`).waitFor();
  await admin.page.getByText(`${sena.name} raises a hand.`).waitFor({ state: "attached" });
  await admin.page.keyboard.press("p");
  const dialog = admin.page.getByRole("dialog", { name: "In the call" });
  const raised = dialog.getByRole("list", { name: "Hands raised" });
  await check(admin.page, "who is in the call");
  await raised.getByRole("button", { name: `What can be done about ${sena.name}` }).click();
  await admin.page.getByRole("menuitem", { name: "Take the hand down" }).click();
  await sena.page.getByRole("button", { name: "Raise your hand" }).waitFor();
});

test("a guest comes from the link into the call by one click, and reads nothing of before", async () => {
  const dialog = admin.page.getByRole("dialog", { name: "In the call" });
  await dialog.getByRole("button", { name: "Guests by link" }).click();
  await admin.page.getByRole("button", { name: "Make a link" }).click();
  const link = await admin.page.getByLabel("Send this link to your guests").inputValue();
  assert.match(link, /\/join#[\w-]{20,}$/);
  await check(admin.page, "a link for guests");
  await admin.page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Close" }).click();

  const address = new URL(link);
  const page = await openPage(await browser.newContext(), `${server.url}${address.pathname}${address.hash}`, looks.yao);
  guest = new Person(page, "yao");
  guest.name = "Zoé";
  await page.getByLabel("Your name").fill("Zoé");
  await page.getByRole("button", { name: "Turn the camera on" }).click();
  await page.locator("main video").waitFor();
  await check(page, "the door for guests");
  await page.getByRole("button", { name: "Ask to join" }).click();
  await page.getByText("Waiting for “Under the tree”").waitFor();
  await check(page, "a guest who waits");
  await admin.page.bringToFront();
  await admin.page.getByText("Zoé wants to join").waitFor();
  await check(admin.page, "a guest knocks");
  await admin.page.getByRole("button", { name: "Let in" }).click();

  await page.bringToFront();
  await guest.inCall();
  await guest.sees(["admin", "sena"]);
  await admin.page.locator(`figure[aria-label^="Zoé"] video`).waitFor();
  await guest.write("Hello");
  await guest.reads("Hello");
  await check(page, "a guest in the call");
  await admin.reads("Before", "Hello");
});

test("who reloads is back in the call, a guest too", async () => {
  const earlier = await guest.stats();
  await guest.page.reload();

  await guest.rejoins(earlier);
  await guest.sees(["admin"]);
});

test("a guest who is taken out is told so and does not come back", async () => {
  await admin.page.bringToFront();
  const tile = admin.page.locator("figure", { hasText: "Zoé" });
  await tile.hover();
  await tile.getByRole("button", { name: "What can be done about Zoé" }).click();
  await admin.page.getByRole("menuitem", { name: "Take out of the call" }).click();
  await admin.page.getByRole("alertdialog").getByRole("button", { name: "Take out of the call" }).click();

  await guest.page.getByText("You were taken out of this call.").waitFor();
  await check(guest.page, "a guest who was taken out");
  await admin.page.locator(`figure[aria-label^="Zoé"]`).waitFor({ state: "detached" });
});

test("a guest who makes an account by an invitation keeps what they have read and written", async () => {
  const link = await admin.page.evaluate(async () => {
    const asked = await fetch("/api/invitations", {
      method: "POST",
      headers: { "content-type": "application/json", "x-palabre-slot": "0" },
      body: JSON.stringify({ role: "member", uses: 1, lifetime_s: 3600 }),
    });
    const answer = await asked.json();
    if (answer.code === undefined) throw new Error(JSON.stringify(answer));
    return `/invite#${answer.code}`;
  });
  const { page } = guest;
  await page.bringToFront();
  await page.goto("about:blank");
  await page.goto(`${server.url}${link}`, { waitUntil: "commit" });
  await page.getByLabel("Your name", { exact: true }).fill("Zoé Amegan");
  await page.getByLabel("Password", { exact: true }).fill("a stool in the shade");
  await page.getByRole("button", { name: "Make my account" }).click();

  await guest.open("Under the tree");
  await guest.reads("Hello");
  await guest.write("I live here now");
  await admin.page.bringToFront();
  await admin.reads("Before", "Hello", "I live here now");
});

test("a call that is over stands in the list of calls, and is called back from there", async () => {
  await admin.page.locator("footer").getByRole("button", { name: "More" }).click();
  await admin.page.getByRole("menuitem", { name: "End for all" }).click();
  await admin.page.getByRole("alertdialog").getByRole("button", { name: "End for all" }).click();
  for (const person of [admin, sena]) {
    await person.page.bringToFront();
    await person.page.getByRole("button", { name: "Close" }).click();
  }

  await admin.page.bringToFront();
  await admin.page.getByRole("button", { name: "Calls", exact: true }).click();
  const calls = admin.page.getByRole("dialog", { name: "Calls" });
  await check(admin.page, "the list of calls");
  await calls.getByRole("button", { name: "Call Under the tree" }).click();
  await admin.inCall();
  await sena.page.getByRole("alertdialog").getByRole("button", { name: "Decline" }).click();
  for (const person of [admin, sena]) person.isCalm();
});
