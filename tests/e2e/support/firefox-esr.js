#!/usr/bin/env node
/**
 * Stands between Playwright and Firefox ESR: starts it with the arguments it is given, and answers for it
 * the orders of WebDriver BiDi that it does not know yet. Playwright takes it for Firefox itself.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { ws as WebSocket, wsServer as WebSocketServer } from "playwright-core/lib/utilsBundle";

/** What tests do not use, and Playwright orders for every page. */
const UNKNOWN = new Set(["emulation.setMediaFeaturesOverride"]);

/** Where Playwright reaches this; another address than the loopback when it runs in a namespace. */
const host = process.env.BIDI_HOST ?? "127.0.0.1";

const firefox = spawn(process.env.FIREFOX ?? "/usr/bin/firefox-esr", process.argv.slice(2), {
  stdio: ["ignore", "inherit", "pipe"],
});
firefox.once("exit", (code) => process.exit(code ?? 1));
process.once("SIGTERM", () => firefox.kill());

for await (const line of createInterface({ input: firefox.stderr })) {
  const announced = /^WebDriver BiDi listening on (ws:.*)$/.exec(line);
  if (announced === null) console.error(line);
  else console.error(`WebDriver BiDi listening on ${await stand(`${announced[1]}/session`)}`);
}

/** Begins to listen for Playwright, on behalf of the Firefox that listens there. */
async function stand(address) {
  const server = new WebSocketServer({ host, port: 0 });
  await once(server, "listening");
  server.on("connection", (playwright) => {
    const browser = new WebSocket(address);
    const opened = once(browser, "open");
    playwright.on("message", async (message) => {
      const { id, method } = JSON.parse(message);
      if (UNKNOWN.has(method)) return playwright.send(JSON.stringify({ type: "success", id, result: {} }));
      await opened;
      browser.send(String(message));
    });
    browser.on("message", (message) => playwright.send(String(message)));
    browser.on("close", () => playwright.close());
    playwright.on("close", () => browser.close());
  });
  return `ws://${host}:${server.address().port}`;
}
