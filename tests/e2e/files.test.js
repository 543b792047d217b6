/** Files between two people: pictures, what is no picture, and voices, over a network that goes away. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

let server;
let browser;
let [admin, manager] = [];

before(async () => {
  server = await Server.start();
  browser = await launch();
  admin = await Person.signIn(await browser.newContext({ acceptDownloads: true }), server.url, "admin");
  manager = await Person.signIn(await browser.newContext({ acceptDownloads: true }), server.url, "manager");
  await admin.page.getByRole("button", { name: "New conversation" }).first().click();
  const dialog = admin.page.getByRole("dialog");
  await dialog.getByRole("button", { name: manager.name }).click();
  await dialog.getByRole("button", { name: "Write" }).click();
  await admin.page.getByPlaceholder("Write a message").waitFor();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a picture has its place before it is there, and is looked at as large as the screen", async () => {
  await pick(admin, { name: "mango.png", mimeType: "image/png", buffer: await picture(admin.page, 800, 600) });
  await admin.page.getByRole("list", { name: "Files to be sent" }).getByRole("img", { name: "mango.png" }).waitFor();
  await check(admin.page, "a picture before it is sent");
  await admin.write("Under the mango tree");

  await manager.open(admin.name);
  const tile = manager.page.getByRole("button", { name: "Show mango.png" });
  const place = await tile.boundingBox();
  assert.deepEqual([Math.round(place.width), Math.round(place.height)], [320, 240]);
  await loaded(tile.locator("img"), 640);
  assert.deepEqual(await tile.boundingBox(), place);

  await tile.click();
  const viewer = manager.page.getByRole("dialog", { name: "Pictures and videos" });
  await loaded(viewer.getByRole("img", { name: "mango.png" }), 800);
  await check(manager.page, "viewer");
  await manager.page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
});

test("a file that is on its way when the server dies goes on where it was, once the server is back", async () => {
  const bytes = Buffer.alloc(3_000_000, "rice ");
  const offsets = [];
  await admin.page.route("**/api/uploads/*", async (route) => {
    const request = route.request();
    if (request.method() === "PATCH") offsets.push(Number(request.headers()["upload-offset"]));
    if (offsets.length === 3) {
      await server.kill();
      offsets.push("killed");
      await route.abort();
    } else await route.continue();
  });
  await pick(admin, { name: "stock.bin", mimeType: "application/octet-stream", buffer: bytes });
  await admin.page.getByRole("button", { name: "Send", exact: true }).click();
  await admin.page.getByRole("progressbar", { name: "Sending stock.bin" }).waitFor();
  await admin.page.getByRole("status").filter({ hasText: /network|offline|connect/i }).first().waitFor();
  // What is on its way survives the page as well.
  await server.revive();
  await admin.page.getByRole("link", { name: /^stock\.bin/ }).waitFor();

  const at = offsets.indexOf("killed");
  assert.equal(offsets[at + 1], offsets[at - 1], "it went on where the server had come to");
  assert.ok(offsets[at + 1] > 0);
  const downloading = manager.page.waitForEvent("download");
  await manager.page.getByRole("link", { name: /^stock\.bin/ }).click();
  const saved = await (await downloading).createReadStream();
  const pieces = [];
  for await (const piece of saved) pieces.push(piece);
  assert.ok(Buffer.concat(pieces).equals(bytes));
  await admin.page.unroute("**/api/uploads/*");
});

test("what waits to be sent survives closing the page", async () => {
  await server.kill();
  await pick(admin, { name: "later.txt", mimeType: "text/plain", buffer: Buffer.from("later") });
  await admin.page.getByRole("button", { name: "Send", exact: true }).click();
  await admin.page.getByRole("progressbar", { name: "Sending later.txt" }).waitFor();
  await admin.page.reload();
  await server.revive();

  await manager.page.getByRole("link", { name: /^later\.txt/ }).waitFor();
});

test("a file that is too large is refused before anything of it is sent", async () => {
  await admin.open(manager.name);
  await admin.page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new ArrayBuffer(60_000_000)], "film.mov"));
    const target = document.querySelector('[role="log"]');
    for (const type of ["dragenter", "dragover", "drop"]) {
      target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
  });

  await admin.page.getByRole("alert").filter({ hasText: "film.mov is larger than 52 MB." }).waitFor();
});

test("a voice is recorded, sent and heard at any speed", async () => {
  await admin.page.getByRole("button", { name: "Record a voice message" }).click();
  await admin.page.getByRole("timer").filter({ hasText: "0:02" }).waitFor();
  await check(admin.page, "recording");
  await admin.page.getByRole("button", { name: "Send the recording" }).click();
  await admin.page.getByRole("button", { name: "Play" }).waitFor();
  await admin.page.getByRole("log").getByRole("img", { name: /^(Delivered|Read)$/ }).last().waitFor();
  await admin.page.waitForFunction(() => {
    const log = document.querySelector('[role="log"]');
    return log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  });

  await manager.page.bringToFront();
  const play = manager.page.getByRole("button", { name: "Play" });
  await play.waitFor();
  await manager.page.getByRole("button", { name: "Speed: 1×" }).click();
  await manager.page.getByRole("button", { name: "Speed: 1.5×" }).waitFor();
  const position = manager.page.getByRole("slider", { name: "Position in the voice message" });
  const unheard = { name: "Not listened to yet" };
  await manager.page.getByRole("img", unheard).waitFor();
  await admin.page.getByRole("img", unheard).waitFor();
  await play.click();
  await moved(position, 400);
  // Who has heard it knows so, and so does who has sent it.
  await manager.page.getByRole("img", { name: "Listened to" }).waitFor();
  await admin.page.getByRole("img", { name: "Listened to" }).waitFor();
  // Somewhere else in the middle of it.
  await manager.page.getByRole("button", { name: "Pause" }).click();
  await position.fill("1500");
  await play.click();
  await moved(position, 1_600);
  await play.waitFor();
});

test("the microphone is held to record: let go sends, a slide gives up or locks, and so do keys", async () => {
  const { page } = admin;
  const microphone = page.getByRole("button", { name: "Record a voice message" });
  const timer = page.getByRole("timer");
  const voices = page.getByRole("log").getByRole("button", { name: "Play" });
  const before = await voices.count();
  const press = async () => {
    const { x, y, width, height } = await microphone.boundingBox();
    const at = { x: x + width / 2, y: y + height / 2 };
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await timer.filter({ hasText: /0:0[1-9]/ }).waitFor();
    return at;
  };

  await page.bringToFront();
  let at = await press();
  await check(page, "holding to record");
  await page.mouse.move(at.x - 60, at.y, { steps: 3 });
  await page.mouse.move(at.x - 130, at.y, { steps: 3 });
  await timer.waitFor({ state: "detached" });
  await page.mouse.up();
  at = await press();
  await page.mouse.move(at.x, at.y - 100, { steps: 3 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Discard the recording" }).click();
  await timer.waitFor({ state: "detached" });
  assert.equal(await voices.count(), before);
  await press();
  await page.mouse.up();
  await voices.nth(before).waitFor();
  await microphone.focus();
  await page.keyboard.down(" ");
  await timer.filter({ hasText: /0:0[1-9]/ }).waitFor();
  await page.keyboard.up(" ");
  await voices.nth(before + 1).waitFor();
});

test("files are found in what is told about the conversation, in French as well, and axe agrees", async () => {
  await check(manager.page, "conversation with files");
  await manager.page.evaluate(() => localStorage.setItem("palabre.language", "fr"));
  await manager.page.reload();
  await manager.page.getByRole("button", { name: "Voir mango.png" }).waitFor();
  await manager.page.getByRole("button", { name: `À propos de ${admin.name}` }).click();
  const dialog = manager.page.getByRole("dialog");
  await dialog.getByRole("tab", { name: "Fichiers" }).click();
  await loaded(dialog.getByRole("button", { name: "Voir mango.png" }).locator("img"), 640);
  await check(manager.page, "files of a conversation");
  await dialog.getByText("Autres").click();
  await dialog.getByRole("link", { name: "Télécharger stock.bin" }).waitFor();
});

test("a message that is deleted for everybody takes its file with it", async () => {
  const url = await admin.page.getByRole("link", { name: /^later\.txt/ }).getAttribute("href");
  const status = (person) => person.page.evaluate(async (url) => (await fetch(url)).status, url);
  assert.equal(await status(manager), 200);

  await admin.page.getByRole("link", { name: /^later\.txt/ }).click({ button: "right" });
  await admin.page.getByRole("menuitem", { name: "Delete for everybody" }).click();
  await admin.page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await admin.page.getByRole("link", { name: /^later\.txt/ }).waitFor({ state: "detached" });

  assert.equal(await status(manager), 404);
});

async function pick(person, file) {
  await person.page.bringToFront();
  await person.page.locator('input[type="file"]').setInputFiles(file);
}

/** A picture of noise, whose size in bytes is about that of its pixels. */
async function picture(page, width, height) {
  const base64 = await page.evaluate(
    async ({ width, height }) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      const sky = context.createLinearGradient(0, 0, width, height);
      sky.addColorStop(0, "#f2b84b");
      sky.addColorStop(1, "#1f6244");
      context.fillStyle = sky;
      context.fillRect(0, 0, width, height);
      const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    },
    { width, height },
  );
  return Buffer.from(base64, "base64");
}

/** Waits until a picture is there, this wide. */
async function loaded(image, width) {
  await image.waitFor();
  const handle = await image.elementHandle();
  await image.page().waitForFunction(([image, width]) => image.complete && image.naturalWidth === width, [handle, width]);
}

/** Waits until a slider is beyond a value. */
async function moved(slider, beyond) {
  const handle = await slider.elementHandle();
  await slider.page().waitForFunction(([slider, beyond]) => Number(slider.value) > beyond, [handle, beyond]);
}
