/** Takes pictures of the main screens, in light and dark, on a desktop and a phone, into .screenshots/. */

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { launch } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

const folder = fileURLToPath(new URL("../../.screenshots/", import.meta.url));
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

await mkdir(folder, { recursive: true });
const server = await Server.start();
const browser = await launch();
try {
  await pictures();
} finally {
  await browser.close();
  await server.stop();
}

async function pictures() {
  const people = {};
  for (const username of ["admin", "manager", "sena", "yao"]) {
    const context = await browser.newContext({ viewport: desktop });
    people[username] = await Person.signIn(context, server.url, username, { portrait: true });
  }
  const { admin, manager, sena, yao } = people;
  await shoot(yao, "empty");
  await admin.makeGroup("Under the tree", ["manager", "sena", "yao"]);
  await manager.open("Under the tree");
  await sena.open("Under the tree");
  await admin.write("Good morning! Shall we talk about Friday’s delivery?");
  await manager.write("Yes. The truck leaves Lomé at six, so we should load it on Thursday.");
  await sena.write("I can be there from four. Who brings the papers? https://example.org/papers");
  await manager.write("I have them 👍");
  await admin.reads(
    "Good morning! Shall we talk about Friday’s delivery?",
    "Yes. The truck leaves Lomé at six, so we should load it on Thursday.",
    "I can be there from four. Who brings the papers? https://example.org/papers",
    "I have them 👍",
  );
  await shoot(admin, "chat");
  await admin.startVideoCall();
  await manager.page.getByRole("alertdialog").waitFor();
  await shoot(manager, "ringing");
  for (const person of [manager, sena, yao]) await person.answer();
  await admin.sees(["manager", "sena", "yao"]);
  await shoot(admin, "call");
  for (const person of [admin, manager, sena, yao]) {
    await person.page.getByRole("button", { name: "Leave the call" }).click();
  }
}

async function shoot({ page }, name) {
  for (const [size, viewport] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Colours change softly; a picture half-way would show neither scheme.
      await page.waitForFunction(() => document.getAnimations().length === 0);
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      await page.screenshot({ path: `${folder}${name}-${size}-${colorScheme}.png` });
    }
  }
  await page.setViewportSize(desktop);
  await page.emulateMedia({ colorScheme: "light" });
}
