import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { ConnectionBanner } from "./ConnectionBanner";

afterEach(() => {
  vi.useRealTimers();
});

test("a connection that is there at once is not worth a word, one that takes long is", () => {
  vi.useFakeTimers();
  render(<ConnectionBanner connection={{ kind: "connecting" }} />);
  expect(screen.queryByRole("status")).toBeNull();
  act(() => void vi.advanceTimersByTime(1_500));

  expect(screen.getByRole("status")).toHaveTextContent("Connecting…");
});

test("offline says what becomes of what one writes, and can be tried at once", async () => {
  const retryNow = vi.fn();
  render(<ConnectionBanner connection={{ kind: "offline", since: 0, retryAt: 1, retryNow }} />);
  expect(screen.getByRole("status")).toHaveTextContent("kept and sent later");
  await userEvent.click(screen.getByRole("button", { name: "Try now" }));

  expect(retryNow).toHaveBeenCalledOnce();
});

test("a server that stores nothing is said to, with what becomes of what one writes", () => {
  render(<ConnectionBanner connection={{ kind: "online", reload: undefined, held: true }} />);

  expect(screen.getByRole("status")).toHaveTextContent("kept and sent later");
});

test("a newer server offers to reload and leaves the time to the person", async () => {
  const reload = vi.fn();
  render(<ConnectionBanner connection={{ kind: "online", reload, held: false }} />);
  expect(reload).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Reload" }));

  expect(reload).toHaveBeenCalledOnce();
});
