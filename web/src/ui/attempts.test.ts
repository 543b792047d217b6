import { beforeEach, expect, test, vi } from "vitest";

import { keepTrying, type State, watchStyles } from "./attempts";

/** Longer than any wait between two attempts, in ms. */
const A_WHILE_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
  document.head.innerHTML = '<script type="module" src="/assets/index-old.js"></script>';
  return () => vi.useRealTimers();
});

test("one failure is mended without a word", async () => {
  const said: State[] = [];
  serverHas("index-old.js");

  keepTrying(failing(1), (state) => said.push(state));
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);

  expect(said).toEqual(["loaded"]);
});

test("from the second failure on it says so, and goes on until it is there", async () => {
  const said: State[] = [];
  serverHas("index-old.js");

  keepTrying(failing(3), (state) => said.push(state));
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);

  expect(said).toEqual(["failed", "failed", "loaded"]);
});

test("it does not wait for its turn when the network is back", async () => {
  const said: State[] = [];
  serverHas("index-old.js");
  keepTrying(failing(2), (state) => said.push(state));
  await vi.advanceTimersByTimeAsync(600);

  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);

  expect(said).toEqual(["failed", "loaded"]);
});

test("what a newer server has no more is not asked for again", async () => {
  const said: State[] = [];
  serverHas("index-new.js");
  const load = vi.fn(failing(9));

  keepTrying(load, (state) => said.push(state));
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);

  expect(said).toEqual(["outdated"]);
  expect(load).toHaveBeenCalledTimes(1);
});

test("a view that was closed asks no more", async () => {
  serverHas("index-old.js");
  const load = vi.fn(failing(9));
  const attempts = keepTrying(load, () => {});
  await vi.advanceTimersByTimeAsync(0);

  attempts.stop();
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);

  expect(load).toHaveBeenCalledTimes(1);
});

test("a style sheet that did not come is asked for before its part is", async () => {
  const said: State[] = [];
  watchStyles();
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: "/assets/Sheet.css" });
  document.head.append(link);
  link.dispatchEvent(new Event("error"));

  keepTrying(failing(0), (state) => said.push(state));
  await vi.advanceTimersByTimeAsync(0);
  const next = document.querySelector('link[href$="/assets/Sheet.css"]');
  const before = [...said];
  next?.dispatchEvent(new Event("load"));
  await vi.advanceTimersByTimeAsync(0);

  expect(next).not.toBe(link);
  expect(before).toEqual([]);
  expect(said).toEqual(["loaded"]);
});

/** Loads nothing so many times, and then succeeds. */
function failing(times: number): () => Promise<void> {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) throw new TypeError("Failed to fetch dynamically imported module");
  };
}

function serverHas(script: string): void {
  vi.stubGlobal("fetch", async () => new Response(`<script src="/assets/${script}"></script>`));
}
