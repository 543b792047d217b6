import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Notices } from "./Notices";

test("a missed call opens its conversation and is then done with", async () => {
  const open = vi.fn();
  const dismiss = vi.fn();
  const kind = { kind: "missed_call", title: "Kofi", conversation: "c1" } as const;
  render(<Notices notices={[{ key: "1", kind, dismiss }]} open={open} />);
  await userEvent.click(screen.getByRole("button", { name: "Open" }));

  expect(open).toHaveBeenCalledExactlyOnceWith("c1");
  expect(dismiss).toHaveBeenCalledOnce();
});

test("a full device is told politely, with what helps", () => {
  render(
    <Notices
      notices={[{ key: "1", kind: { kind: "storage_full" }, dismiss: vi.fn() }]}
      open={vi.fn()}
    />,
  );

  const region = screen.getByRole("region", { name: "Notices" });
  expect(region).toHaveAttribute("aria-live", "polite");
  expect(region).toHaveTextContent("Free some space");
});
