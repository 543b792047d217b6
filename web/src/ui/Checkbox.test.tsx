import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Checkbox } from "./Checkbox";

test("a click on its words chooses it", async () => {
  const change = vi.fn();
  render(<Checkbox label="Keep the history" checked={false} onChange={change} />);
  await userEvent.click(screen.getByText("Keep the history"));

  expect(change).toHaveBeenCalledExactlyOnceWith(true);
});

test("a part of several is neither chosen nor not", () => {
  render(<Checkbox label="All" checked="some" onChange={vi.fn()} />);

  expect(screen.getByRole("checkbox", { name: "All" })).toBePartiallyChecked();
});
