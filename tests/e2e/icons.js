/** Draws the app's icons from its mark into web/public/icons: `make icons` after the mark has changed. */

import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { launch } from "./support/browser.js";

const folder = fileURLToPath(new URL("../../web/public/icons/", import.meta.url));
const mark = await readFile(fileURLToPath(new URL("../../web/public/mark.svg", import.meta.url)), "utf8");

/** The paper that the app is drawn on (web/src/ui/tokens.css). */
const PAPER = "#f4ecdf";

/** How much of the edge the mark takes: a mask may cut off all but a circle of 80 % (W3C manifest). */
const FULL = 0.94;
const ON_PAPER = 0.72;
const IN_MASK = 0.58;

const icons = [
  { name: "icon-192", size: 192, share: FULL },
  { name: "icon-512", size: 512, share: FULL },
  { name: "maskable-192", size: 192, share: IN_MASK, background: PAPER },
  { name: "maskable-512", size: 512, share: IN_MASK, background: PAPER },
  { name: "apple-touch-icon", size: 180, share: ON_PAPER, background: PAPER },
  { name: "monochrome-512", size: 512, share: IN_MASK, silhouette: true },
  { name: "badge-96", size: 96, share: FULL, silhouette: true },
];

/** One colour, with what is drawn on the tree cut out of it. */
function silhouetteOf(svg) {
  const whole = svg.replace(/fill="[^"]*"/, 'fill="#fff" mask="url(#cut)"').replace(/<circle[^>]*>/g, "");
  const holes = (svg.match(/<circle[^>]*>/g) ?? []).map((c) => c.replace(/fill="[^"]*"/, 'fill="#000"'));
  const mask = `<mask id="cut"><rect width="64" height="64" fill="#fff"/>${holes.join("")}</mask>`;
  return whole.replace(/(<svg[^>]*>)/, `$1${mask}`);
}

await mkdir(folder, { recursive: true });
const browser = await launch();
try {
  const page = await browser.newPage();
  for (const { name, size, share, background = "transparent", silhouette = false } of icons) {
    const edge = Math.round(size * share);
    const svg = (silhouette ? silhouetteOf(mark) : mark).replace("<svg ", `<svg width="${edge}" height="${edge}" `);
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<body style="margin:0;display:grid;place-items:center;block-size:100vh;background:${background}">${svg}</body>`,
    );
    await page.screenshot({ path: `${folder}${name}.png`, omitBackground: true });
  }
} finally {
  await browser.close();
}
