/** The app without its server: it starts, shows what it has, and gets newer when it may. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { check } from "./support/axe.js";
import { launch, looks, openPage } from "./support/browser.js";
import { keeps, startsOffline } from "./support/kept.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";
import { until } from "./support/until.js";

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

test("without a server the app starts, shows what was said, and sends what is written once it is back", async () => {
  const context = await browser.newContext();
  const ama = await Person.signIn(context, server.url, "admin");
  const kofi = await Person.signIn(await browser.newContext(), server.url, "manager");
  await startsOffline(ama.page);
  await ama.makeGroup("Under the roof", ["manager", "sena"]);
  await kofi.open("Under the roof");
  await ama.write("Before");
  await kofi.reads("Before");
  await kofi.write("And before");
  await ama.reads("Before", "And before");
  await keeps(ama.page, "messages", (rows) => JSON.stringify(rows).includes("And before"));

  await server.kill();
  await ama.page.close();
  const again = new Person(await openPage(context, server.url, looks.admin), "admin");
  await again.open("Under the roof");
  await again.reads("Before", "And before");
  await again.write("Meanwhile");
  await again.page.reload({ waitUntil: "commit" });
  await again.reads("Before", "And before", "Meanwhile");
  await check(again.page, "a message that waits, without a server");

  await server.revive();
  await kofi.reads("Before", "And before", "Meanwhile");
  await again.page.getByRole("log").getByRole("img", { name: "Waiting to be sent" }).waitFor({ state: "detached" });
  await again.page.context().close();
  await kofi.page.context().close();
});

test("a newer version waits to be asked for, and no tab loses its parts", async () => {
  const script = fileURLToPath(new URL("../../web/dist/sw.js", import.meta.url));
  const built = await readFile(script, "utf8");
  const context = await browser.newContext();
  const ama = await Person.signIn(context, server.url, "admin");
  await startsOffline(ama.page);
  const second = await context.newPage();
  await second.goto(server.url);
  await second.getByRole("navigation").waitFor();
  const [first] = await caches(ama.page);
  await ama.page.evaluate(() => { window.sameDocument = true; });

  try {
    // The server reads the app from the disk: this is what an upgrade looks like to a browser.
    await writeFile(script, built.replace(first.replace("palabre-shell-", ""), "newer"));
    await ama.page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    const reload = second.getByRole("button", { name: "Reload" });
    await reload.waitFor();
    await check(second, "a newer version is there");
    assert.deepEqual((await caches(ama.page)).sort(), [first, "palabre-shell-newer"].sort());

    await reload.click();
    await until(second, async () => (await navigator.serviceWorker.getRegistration()).waiting === null);
    await second.getByRole("navigation").waitFor();

    assert.equal(await ama.page.evaluate(() => window.sameDocument), true, "the other tab stays");
    await ama.page.getByRole("button", { name: "Reload" }).waitFor();
    await ama.page.getByRole("button", { name: "Settings" }).click();
    await ama.page.getByRole("dialog").waitFor();
  } finally {
    await writeFile(script, built);
    await context.close();
  }
});

function caches(page) {
  return page.evaluate(async () => {
    const names = await window.caches.keys();
    return names.filter((name) => name.startsWith("palabre-shell-"));
  });
}
