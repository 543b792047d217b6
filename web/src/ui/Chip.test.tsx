import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Chip } from "./Chip";

test("what was chosen can be taken away by its name", async () => {
  const remove = vi.fn();
  render(<Chip remove={{ label: "Remove Kofi", action: remove }}>Kofi</Chip>);
  await userEvent.click(screen.getByRole("button", { name: "Remove Kofi" }));

  expect(remove).toHaveBeenCalledOnce();
});

test("a filter says whether it is on", () => {
  render(<Chip toggle={{ on: true, action: vi.fn() }}>Unread</Chip>);

  expect(screen.getByRole("button", { name: "Unread", pressed: true })).toBeEnabled();
});
