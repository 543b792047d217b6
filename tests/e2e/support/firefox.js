/** Firefox ESR, for what other engines do otherwise. Needs `firefox-esr` (`scripts/setup browser`). */

import { fileURLToPath } from "node:url";

import { firefox } from "playwright-core";

/** What Playwright takes for Firefox. */
export const firefoxProgram = fileURLToPath(new URL("firefox-esr.js", import.meta.url));

/** Opens Firefox, or what starts it elsewhere, with devices that need no permission. */
export function launchFirefox(program = firefoxProgram) {
  return firefox.launch({
    executablePath: program,
    // Playwright knows it by WebDriver BiDi only under the name of this channel.
    channel: "moz-firefox",
    firefoxUserPrefs: {
      "media.navigator.permission.disabled": true,
      "media.navigator.streams.fake": true,
      "media.autoplay.default": ALLOWED,
      "media.autoplay.blocking_policy": STICKY_ACTIVATION,
      // Pages share one window here; none may be slowed because another is in front.
      "dom.min_background_timeout_value": 4,
      "dom.timeout.enable_budget_timer_throttling": false,
    },
  });
}

/** A context whose pages can be filled in as they are typed into. */
export async function firefoxContext(browser, options) {
  const context = await browser.newContext(options);
  await context.addInitScript(insertAsTyped);
  return context;
}

/** Runs in the page: Playwright puts text into fields behind React's back there, which shows none of it. */
function insertAsTyped() {
  Object.defineProperty(window, "__pw_bidiInsertText", {
    get: () => (text) => void document.execCommand("insertText", false, text),
    set: () => {},
  });
}

/** Values of these preferences, as `StaticPrefList.yaml` of Firefox explains them. */
const ALLOWED = 0;
const STICKY_ACTIVATION = 0;
