import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Switch } from "./Switch";

test("the space bar switches it", async () => {
  const change = vi.fn();
  render(<Switch label="Ring aloud" on={false} onChange={change} />);
  await userEvent.tab();
  await userEvent.keyboard(" ");

  expect(screen.getByRole("switch", { name: "Ring aloud" })).not.toBeChecked();
  expect(change).toHaveBeenCalledExactlyOnceWith(true);
});

test("it is disabled where it cannot be changed", () => {
  render(<Switch label="Ring aloud" on onChange={undefined} />);

  expect(screen.getByRole("switch")).toBeDisabled();
});
