/**
 * How long it takes from a press on "Join now" to the first picture of another person that is drawn
 * (QUALITY S3: p95 within 1 s on loopback). A bench: `npm --prefix tests/e2e run joins`.
 */

import { launch } from "./support/browser.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

/** Joins that are counted; one before them warms everything up. */
const JOINS = 25;

const server = await Server.start();
const browser = await launch();
try {
  const admin = await Person.signIn(await browser.newContext(), server.url, "admin");
  const sena = await Person.signIn(await browser.newContext(), server.url, "sena");
  await admin.makeGroup("Under the tree", ["manager", "sena"]);
  await admin.startVideoCall();
  await admin.connects();
  await sena.page.bringToFront();
  await sena.page.getByRole("alertdialog").getByRole("button", { name: "Decline" }).click();
  await sena.open("Under the tree");
  const times = [];
  for (let join = 0; join <= JOINS; join += 1) {
    await sena.page.getByRole("button", { name: "Join the call" }).click();
    const look = sena.page.getByRole("dialog");
    await look.locator("video").waitFor();
    const time = await sena.page.evaluate(joinAndSee, admin.name);
    if (join > 0) times.push(Math.round(time));
    await sena.leaves();
  }
  times.sort((one, other) => one - other);
  const at = (share) => times[Math.ceil(share * times.length) - 1];
  process.stdout.write(
    `${times.length} joins: first picture p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${times.at(-1)} ms\n`,
  );
} finally {
  await browser.close();
  await server.stop();
}

/** Runs in the page: presses the button, and gives the time to the first frame of somebody's tile, in ms. */
async function joinAndSee(name) {
  const button = [...document.querySelectorAll("[role=dialog] button")].find((one) => one.textContent === "Join now");
  const pressed = performance.now();
  button.click();
  const tile = () => document.querySelector(`figure[aria-label^="${name}"] video`);
  while (tile() === null) await new Promise((next) => setTimeout(next, 5));
  const video = tile();
  if (video.videoWidth === 0) await new Promise((next) => video.requestVideoFrameCallback(next));
  return performance.now() - pressed;
}
