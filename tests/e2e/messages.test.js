/** What two people do with messages, one of them losing the network in the middle. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { keeps } from "./support/kept.js";
import { losableNetwork } from "./support/network.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

let server;
let browser;
let network;
let [admin, manager] = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
  const context = await browser.newContext();
  network = await losableNetwork(context);
  admin = await Person.signIn(await browser.newContext(), server.url, "admin");
  manager = await Person.signIn(context, server.url, "manager");
  await admin.makeGroup("Harvest", ["manager", "sena"]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Stops of the keyboard between the field and the messages, at the most. */
const MOST_STOPS = 12;

/** The line of the open conversation that says a text itself, and does not just cite it. */
const line = ({ page }, text) =>
  page.getByRole("article").filter({ has: page.locator("span[dir=auto]", { hasText: text }) });

/** The lines of which nothing is left but that they were deleted. */
const deleted = ({ page }) => page.getByRole("article").filter({ hasText: /deleted/ });

/** Does something with a message by its menu. */
async function act(person, text, action) {
  await line(person, text).click({ button: "right" });
  await person.page.getByRole("menuitem", { name: action }).click();
}

const row = ({ page }, title) =>
  page.getByRole("navigation", { name: "Conversations" }).getByRole("button", { name: title });

test("marks are drawn, and whoever is named is told so before reading", async () => {
  await admin.write("The *trucks* leave at six, @manager\n- papers\n- keys");

  await row(manager, "Harvest").filter({ has: manager.page.getByRole("img", { name: "1 mention of you" }) }).waitFor();
  await manager.open("Harvest");
  await line(manager, "trucks").locator("strong", { hasText: "trucks" }).waitFor();
  assert.deepEqual(await line(manager, "trucks").getByRole("listitem").allInnerTexts(), ["papers", "keys"]);
  const mention = line(manager, "trucks").getByText("@Kofi Mensah");
  assert.equal(await mention.getAttribute("data-me"), "true");
});

test("an answer shows what it answers and leads there", async () => {
  await act(manager, "trucks", "Reply");
  await manager.page.getByText(`Reply to ${admin.name}`).waitFor();
  await manager.write("I have the keys");

  await line(admin, "I have the keys").getByRole("button", { name: /trucks/ }).click();

  await admin.page.locator('article[data-lit="true"]', { hasText: "trucks" }).waitFor();
});

test("the last message is edited with Arrow-Up, and says what it said before", async () => {
  const field = admin.page.getByPlaceholder("Write a message");
  await admin.write("At the old mil");
  await line(admin, "At the old mil").getByRole("img", { name: /Sent|Delivered|Read/ }).waitFor();
  await field.press("ArrowUp");
  await field.press("End");
  await field.pressSequentially("l");
  await field.press("Enter");

  await line(manager, "At the old mill").getByRole("button", { name: "edited" }).click();
  const versions = manager.page.getByRole("dialog", { name: "Earlier versions" });
  await versions.getByText("At the old mil", { exact: true }).waitFor();
  await manager.page.keyboard.press("Escape");
});

test("a reaction shows to everybody, from the few and from all of them", async () => {
  await line(manager, "old mill").hover();
  await line(manager, "old mill").getByRole("button", { name: "React", exact: true }).click();
  await manager.page.getByRole("button", { name: "React with 👍" }).click();
  await line(admin, "old mill").getByRole("button", { name: "👍: Kofi" }).waitFor();

  await line(admin, "old mill").click({ button: "right" });
  await admin.page.getByRole("button", { name: "Another reaction" }).click();
  const search = admin.page.getByRole("searchbox", { name: "Search emoji" });
  await search.fill("rocket");
  await check(admin.page, "all emoji");
  await admin.page.getByRole("gridcell", { name: /rocket/i }).first().click();

  await line(manager, "old mill").getByRole("button", { name: "🚀: Ama" }).waitFor();
});

test("a message is pinned for everybody and starred for oneself", async () => {
  await act(admin, "trucks", "Pin for everybody");
  await manager.page.getByText("Pinned message").waitFor();
  await act(manager, "old mill", "Star");
  await line(manager, "old mill").getByRole("img", { name: "Starred" }).waitFor();
  assert.equal(await line(admin, "old mill").getByRole("img", { name: "Starred" }).count(), 0);

  await manager.page.getByRole("button", { name: "Starred messages" }).click();
  await check(manager.page, "starred messages");
  await manager.page.getByRole("dialog").getByRole("button", { name: /old mill/ }).click();
  await manager.page.locator('article[data-lit="true"]', { hasText: "old mill" }).waitFor();
});

test("a message is passed on and says so", async () => {
  await admin.makeGroup("Drivers", ["manager", "sena"]);
  await admin.open("Harvest");
  await act(admin, "I have the keys", "Forward");
  const dialog = admin.page.getByRole("dialog");
  await check(admin.page, "forward");
  await dialog.getByRole("button", { name: "Drivers" }).click();
  await dialog.getByRole("button", { name: "Forward to 1 conversation" }).click();

  await manager.open("Drivers");
  await line(manager, "I have the keys").getByText("Forwarded").waitFor();
  await manager.open("Harvest");
});

test("what happens while one has no network is there once it is back, on both sides", async () => {
  await network.lose();
  await manager.page.getByText(/You are offline|Reconnecting/).first().waitFor();
  await admin.write("Bring water");
  await admin.write("And rope");
  await act(admin, "Bring water", "Delete for everybody");
  await admin.page.getByRole("button", { name: "Delete", exact: true }).click();
  await act(admin, "trucks", "Unpin");
  await line(admin, "I have the keys").hover();
  await line(admin, "I have the keys").getByRole("button", { name: "React", exact: true }).click();
  await admin.page.getByRole("button", { name: "React with 🙏" }).click();
  await act(manager, "trucks", "Reply");
  await manager.write("On my *way*");
  await line(manager, "On my way").getByRole("img", { name: "Waiting to be sent" }).waitFor();

  await network.find();

  await deleted(manager).waitFor();
  await line(admin, "On my way").locator("strong", { hasText: "way" }).waitFor();
  await line(manager, "I have the keys").getByRole("button", { name: "🙏: Ama" }).waitFor();
  await manager.page.getByText("Pinned message").waitFor({ state: "detached" });
  const said = (person) => person.page.getByRole("article").locator("span[dir=auto]").allInnerTexts();
  const wanted = (await said(admin)).filter((text) => !text.includes("deleted"));
  assert.deepEqual(await said(manager), wanted);
  assert.equal(wanted.at(-1), "On my way");
  assert.equal(wanted.at(-2), "And rope");
});

test("deleting for oneself can be taken back, and is nobody else's business", async () => {
  await act(manager, "And rope", "Delete for me");
  await manager.page.getByRole("button", { name: "Undo" }).click();
  await line(manager, "And rope").waitFor();
  await act(manager, "And rope", "Delete for me");
  await manager.page.getByRole("button", { name: "Dismiss" }).last().click();
  await keeps(manager.page, "people", (rows) => JSON.stringify(rows).includes('"hidden":true'));
  await manager.page.reload();
  await manager.page.getByRole("region", { name: "Harvest" }).waitFor();
  await line(manager, "On my way").waitFor();

  assert.equal(await line(manager, "And rope").count(), 0);
  await line(admin, "And rope").waitFor();
});

test("a conversation is kept as its person wants, on all devices", async () => {
  const menu = async (action) => {
    await row(manager, "Drivers").click({ button: "right" });
    await manager.page.getByRole("menuitem", { name: action }).first().click();
  };
  await menu("Put at the top");
  await row(manager, "Drivers").getByRole("img", { name: "At the top" }).waitFor();
  await menu("Mark as unread");
  await row(manager, "Drivers").getByRole("img", { name: "Marked as unread" }).waitFor();
  await check(manager.page, "the list with marks");
  await menu("No longer at the top");
  await menu("Archive");
  await row(manager, "Drivers").waitFor({ state: "detached" });

  await manager.page.getByRole("button", { name: "Archived" }).click();
  await menu("Back to the list");
  await manager.page.getByRole("button", { name: "Archived" }).click();
  await row(manager, "Drivers").waitFor();
});

test("everything is reached by keyboard", async () => {
  const { page } = admin;
  await page.getByPlaceholder("Write a message").focus();
  // The messages are one stop; arrows, Home and End go through them.
  const message = page.getByRole("article").and(page.locator(":focus"));
  for (let stop = 0; stop < MOST_STOPS && (await message.count()) === 0; stop += 1) {
    await page.keyboard.press("Shift+Tab");
  }
  await page.keyboard.press("End");
  await line(admin, "On my way").and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Reply" }).and(page.locator(":focus")).waitFor();
  await check(page, "the menu of a message");
  await page.keyboard.press("Enter");
  await page.getByPlaceholder("Write a message").and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Escape");
  await page.getByText(`Reply to ${manager.name}`).waitFor({ state: "detached" });
});

test("axe finds nothing serious about a conversation and what is known of it", async () => {
  await admin.page.getByRole("button", { name: "About Harvest" }).click();
  const dialog = admin.page.getByRole("dialog");
  await dialog.getByText(manager.name).waitFor();
  await check(admin.page, "about a conversation");
  await dialog.getByRole("tab", { name: "How you keep it" }).click();
  await check(admin.page, "how it is kept");
  await admin.page.keyboard.press("Escape");
  await admin.page.emulateMedia({ colorScheme: "dark" });
  await check(admin.page, "messages, dark");
});
