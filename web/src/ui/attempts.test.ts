import { beforeEach, expect, test, vi } from "vitest";

import { keepTrying, type State } from "./attempts";

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

test("where trying again does not help it says that too, and goes on", async () => {
  const said: State[] = [];
  serverHas("index-old.js");

  keepTrying(failing(5), (state) => said.push(state));
  await vi.advanceTimersByTimeAsync(A_WHILE_MS);

  expect(said).toEqual(["failed", "failed", "stuck", "stuck", "loaded"]);
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
