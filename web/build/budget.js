/**
 * Weighs what a browser has to load (QUALITY S7), in kB of gzip, prints it, and fails when something
 * is over its budget. A part over its budget is to be split or loaded later; a budget is raised only
 * together with the reason.
 */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** What stands between a click on the address and the first screen, in kB. */
// S7 allows 250. The texts of both languages are 20 of them and grow with every screen: they stay in
// the first load, since another request before the first word costs a slow link more than they do. So
// does what calls decide with, about 25: a call may ring, be held and be answered at any moment. What
// stands beside the page, 3, dresses it before the app is there and brings it up where that fails.
const FIRST_SCRIPT_KB = 243;
const FIRST_STYLE_KB = 20;
const FIRST_FONT_KB = 30;
const SERVICE_WORKER_KB = 12;

/** What is loaded when it is wanted, by the name of its chunk; others get `LAZY_KB`. */
const LAZY_BUDGETS_KB = { CallView: 60 };
const LAZY_KB = 40;

const page = readFileSync(`${dist}index.html`, "utf8");
const assets = readdirSync(`${dist}assets`).map((name) => `assets/${name}`);
// Scripts beside the page go before the app.
const before = readdirSync(dist).filter((name) => name.endsWith(".js") && name !== "sw.js");
const first = [...before, ...assets].filter((path) => page.includes(`/${path}"`));
const lazy = assets.filter((path) => path.endsWith(".js") && !first.includes(path));

const rows = [
  ["first load: scripts", sum(first, ".js"), FIRST_SCRIPT_KB],
  ["first load: styles", sum(first, ".css"), FIRST_STYLE_KB],
  ["first load: fonts", sum(first, ".woff2"), FIRST_FONT_KB],
  ["service worker", weigh("sw.js"), SERVICE_WORKER_KB],
  ...lazy.map((path) => [chunk(path), weigh(path), LAZY_BUDGETS_KB[chunk(path)] ?? LAZY_KB]),
];
rows.sort((one, other) => other[1] - one[1]);

const lines = rows.map(([name, kb, budget]) => {
  const line = `${name.padEnd(28)}${kb.toFixed(1).padStart(8)} kB of ${String(budget).padStart(4)}`;
  return `${line}${kb > budget ? "  OVER" : ""}\n`;
});
// At once: whoever reads the first lines alone may be gone before the last.
process.stdout.write(lines.join(""));
if (rows.some(([, kb, budget]) => kb > budget)) process.exitCode = 1;

function sum(paths, ending) {
  return paths.filter((path) => path.endsWith(ending)).reduce((kb, path) => kb + weigh(path), 0);
}

/** In kB as a browser gets it; a font is compressed by itself. */
function weigh(path) {
  const data = readFileSync(`${dist}${path}`);
  return (path.endsWith(".woff2") ? data : gzipSync(data, { level: 9 })).length / 1_000;
}

/** The name without the folder and the hash. */
function chunk(path) {
  return path.replace(/^assets\/|-[\w-]{8}\.js$/g, "");
}
