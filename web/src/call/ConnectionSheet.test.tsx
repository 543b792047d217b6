import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Quality } from "../core/protocol";
import { ConnectionSheet } from "./ConnectionSheet";
import { WeakConnection } from "./WeakConnection";

const good: Quality = {
  weak: false,
  loss_down_percent: 0,
  loss_up_percent: 1,
  round_trip_ms: 48,
  path_kbps: 0,
  wanted_kbps: 1_200,
  given_kbps: 900,
};

test("a good connection says nothing until one asks, then in numbers", () => {
  const { container } = render(<WeakConnection quality={good} />);
  expect(container).toBeEmptyDOMElement();

  render(<ConnectionSheet quality={good} close={() => undefined} />);

  expect(screen.getByText("Your connection is good.")).toBeVisible();
  expect(screen.getByText("Lost on the way from you").nextSibling).toHaveTextContent("1%");
  expect(screen.getByText("There and back").nextSibling).toHaveTextContent("48 ms");
  expect(screen.getByText("Room on the way to you").nextSibling).toHaveTextContent("not known");
});

test("a weak connection says what is worst about it, and shows more", () => {
  render(<WeakConnection quality={{ ...good, weak: true, loss_down_percent: 8 }} />);

  expect(screen.getByText("Your connection is weak: 8% of the packets are lost.")).toBeVisible();
  fireEvent.click(screen.getByRole("button", { name: "Details" }));

  expect(screen.getByRole("dialog", { name: "Connection" })).toBeVisible();
});

test("a connection that loses nothing is late or narrow", () => {
  const { rerender } = render(
    <WeakConnection quality={{ ...good, weak: true, loss_up_percent: 0, round_trip_ms: 640 }} />,
  );
  expect(screen.getByText(/arrives after 0\.6 sec/)).toBeVisible();

  rerender(<WeakConnection quality={{ ...good, weak: true, loss_up_percent: 0 }} />);

  expect(screen.getByText(/no room for pictures/)).toBeVisible();
});
