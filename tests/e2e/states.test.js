/** What a browser has or refuses: the app says so, says what to do, and goes on. */

import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch, looks, openPage } from "./support/browser.js";
import { keeps, startsOffline } from "./support/kept.js";
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

test("a call without leave for camera and microphone says where to allow them, and is a call", async () => {
  const context = await browser.newContext();
  const ama = await Person.signIn(context, server.url, "admin");
  await ama.makeGroup("Deaf and blind", ["manager", "sena"]);
  await ama.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
  });

  await ama.startVideoCall();

  for (const device of ["Camera", "Microphone"]) {
    const said = ama.page.getByText(new RegExp(`^${device}:.*Allow it`));
    await said.first().waitFor();
  }
  await check(ama.page, "a call without devices");
  await ama.leaves();
  await context.close();
});

test("what one deleted for oneself stays away when the app starts without a server", async () => {
  const context = await browser.newContext();
  const ama = await Person.signIn(context, server.url, "admin");
  await startsOffline(ama.page);
  await ama.makeGroup("Half a memory", ["manager", "sena"]);
  await ama.write("Stays");
  await ama.write("Goes");
  await ama.reads("Stays", "Goes");
  await ama.page.getByText("Goes", { exact: true }).click({ button: "right" });
  await ama.page.getByRole("menuitem", { name: "Delete for me" }).click();
  await ama.reads("Stays");
  await keeps(ama.page, "people", (rows) => rows.some(({ personal }) => personal?.marks.length > 0));

  await server.kill();
  await ama.page.close();
  const again = new Person(await openPage(context, server.url, looks.admin), "admin");
  await again.open("Half a memory");

  await again.reads("Stays");
  await server.revive();
  await context.close();
});
