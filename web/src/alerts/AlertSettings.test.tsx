import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { Outcome, PushView } from "../core/model";
import { AlertOffer } from "./AlertOffer";
import { AlertSettings } from "./AlertSettings";

const done = async (): Promise<Outcome> => ({ ok: true });

test("whoever turns them on is asked by the browser, and told when it did not let them", async () => {
  const turnOn = vi.fn(done);
  render(<AlertSettings push={{ kind: "off", turnOn, dismissOffer: undefined }} />);

  await userEvent.click(screen.getByRole("switch", { name: /Notify me/ }));

  expect(turnOn).toHaveBeenCalledOnce();
  await screen.findByText(/was not allowed to/);
});

test("where they are on, what they tell is chosen and one can be tried", async () => {
  const [setPreviews, test] = [vi.fn(done), vi.fn(done)];
  const push: PushView = {
    kind: "on",
    pushed: true,
    previews: true,
    setPreviews,
    turnOff: done,
    test,
  };
  render(<AlertSettings push={push} />);

  await userEvent.click(screen.getByRole("switch", { name: /Show what messages say/ }));
  await userEvent.click(screen.getByRole("button", { name: "Try it" }));

  expect(setPreviews).toHaveBeenCalledWith(false);
  expect(test).toHaveBeenCalledOnce();
  await screen.findByText(/On its way/);
});

test("where they are blocked, the remedy is that of the browser", () => {
  render(<AlertSettings push={{ kind: "blocked", browser: "firefox" }} />);

  screen.getByText(/take away the block/);
  expect(screen.queryByRole("switch")).toBeNull();
});

test("a browser that cannot be reached when closed says so", () => {
  const push: PushView = {
    kind: "on",
    pushed: false,
    previews: true,
    setPreviews: undefined,
    turnOff: undefined,
    test: undefined,
  };
  render(<AlertSettings push={push} />);

  screen.getByText(/leave a tab open/);
});

test("the offer can be taken or put away, and is not there for who has decided", async () => {
  const [turnOn, dismissOffer] = [vi.fn(done), vi.fn()];
  const { rerender } = render(<AlertOffer push={{ kind: "off", turnOn, dismissOffer }} />);

  await userEvent.click(screen.getByRole("button", { name: "Turn on" }));
  await userEvent.click(screen.getByRole("button", { name: "Not now" }));

  expect(turnOn).toHaveBeenCalledOnce();
  expect(dismissOffer).toHaveBeenCalledOnce();
  rerender(<AlertOffer push={{ kind: "off", turnOn, dismissOffer: undefined }} />);
  expect(screen.queryByRole("button")).toBeNull();
});
