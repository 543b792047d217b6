/** What axe-core says about a page. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const axe = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** The serious and critical findings of the page as it stands, one line each; of all rules, or of some. */
export async function findings(page, rules = null) {
  // Colours that are half-way would be measured half-way.
  await page.waitForFunction(() =>
    document.getAnimations().every((a) => a.playState !== "running" || a.effect?.getTiming().iterations === Infinity),
  );
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (rules) => window.axe.run({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) }),
    rules,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(" ; ")}`);
}

/** Fails when axe finds something serious; `screen` names the place. */
export async function check(page, screen) {
  assert.deepEqual(await findings(page), [], screen);
}
