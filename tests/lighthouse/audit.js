/**
 * What Lighthouse says about signing in and about a conversation, on a desktop and on a simulated
 * phone with a slow link; fails below the floors. Run by `make lighthouse`.
 *
 * Apart from the other tests: it brings 170 MB of packages, and what it asserts of them, axe and
 * the measured shifts, `make test` asserts as well.
 */

import { launch as launchChrome } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

import { launch } from "../e2e/support/browser.js";
import { Person } from "../e2e/support/person.js";
import { Server } from "../e2e/support/server.js";

/** The least share of what can be reached; a phone is simulated with a processor four times as slow. */
const FLOORS = {
  desktop: { performance: 0.9, accessibility: 1, "best-practices": 1 },
  phone: { performance: 0.6, accessibility: 1, "best-practices": 1 },
};

/** What is told besides the shares. */
const FIGURES = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "total-blocking-time",
  "cumulative-layout-shift",
  "unused-javascript",
];

const chromePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const chromeFlags = ["--headless=new", "--no-sandbox", "--disable-gpu"];

const server = await Server.start();
const chrome = await launchChrome({ chromePath, chromeFlags });
try {
  const conversation = await makeConversation();
  for (const [screen, page] of [["sign in", { url: server.url, extraHeaders: {} }], ["conversation", conversation]]) {
    for (const [device, floors] of Object.entries(FLOORS)) {
      const { lhr } = await audit(page, device);
      tell(screen, device, lhr, floors);
    }
  }
} finally {
  await chrome.kill();
  await server.stop();
}

/** Makes a conversation with a message in it; gives where it is and what lets one in. */
async function makeConversation() {
  const browser = await launch();
  const context = await browser.newContext();
  const ama = await Person.signIn(context, server.url, "admin");
  await ama.makeGroup("Under the tree", ["manager", "sena"]);
  await ama.write("The first words");
  await ama.reads("The first words");
  const cookies = await context.cookies();
  const url = ama.page.url();
  await browser.close();
  return { url, extraHeaders: { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") } };
}

function audit({ url, extraHeaders }, device) {
  const flags = { port: chrome.port, logLevel: "error", extraHeaders };
  const onlyCategories = Object.keys(FLOORS.desktop);
  return lighthouse(url, { ...flags, onlyCategories }, device === "desktop" ? desktopConfig : undefined);
}

/** Prints what came out; one that is below its floor makes the program fail. */
function tell(screen, device, { categories, audits }, floors) {
  const shares = Object.values(categories).map(({ id, score }) => `${id} ${score}`);
  const figures = FIGURES.map((id) => `${id} ${audits[id].displayValue ?? audits[id].score}`);
  process.stdout.write(`${screen}, ${device}: ${shares.join(", ")}\n    ${figures.join(", ")}\n`);
  for (const [id, floor] of Object.entries(floors)) {
    if (categories[id].score >= floor) continue;
    process.stdout.write(`    BELOW: ${id} has ${categories[id].score} of at least ${floor}\n`);
    process.exitCode = 1;
  }
}
