import { act, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";

import { watchStyles } from "./attempts";
import { lazyView } from "./lazyView";

const Sheet = () => <p>The sheet</p>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async () => new Response(""));
  document.head.innerHTML = "";
  return () => vi.useRealTimers();
});

test("a part whose import fails for good offers the reload beside the next try", async () => {
  const View = lazyView(() => Promise.reject(new TypeError("Failed to fetch")));
  render(<View />);

  await pass(1_000);
  const first = buttons();
  await pass(10_000);

  expect(first).toEqual(["Try now"]);
  expect(buttons()).toEqual(["Try now", "Reload"]);
});

test("a style sheet that did not come is asked for before its part is, however that is asked for", async () => {
  watchStyles();
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: "/assets/Sheet.css" });
  document.head.append(link);
  link.dispatchEvent(new Event("error"));
  const load = vi.fn(async () => Sheet);
  const View = lazyView(load);

  View.preload();
  render(<View />);
  await pass(0);
  const next = document.querySelector('link[href$="/assets/Sheet.css"]');
  const before = load.mock.calls.length;
  next?.dispatchEvent(new Event("load"));
  await pass(0);

  expect(next).not.toBe(link);
  expect(before).toBe(0);
  expect(load).toHaveBeenCalledTimes(1);
  expect(screen.getByText("The sheet")).toBeVisible();
});

function buttons(): (string | null)[] {
  return screen.queryAllByRole("button").map(({ textContent }) => textContent);
}

async function pass(ms: number): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(ms));
}
