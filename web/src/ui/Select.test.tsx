import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Select } from "./Select";

const OPTIONS = [
  { value: "one", label: "Built-in" },
  { value: "two", label: "Headset" },
] as const;

test("a keyboard opens it, chooses, and comes back to it", async () => {
  const choose = vi.fn();
  render(
    <Select
      label="Microphone"
      placeholder="None"
      options={OPTIONS}
      value={null}
      onChange={choose}
    />,
  );
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(await screen.findByRole("listbox")).toBeInTheDocument();
  await userEvent.keyboard("{ArrowDown}{Enter}");

  expect(choose).toHaveBeenCalledExactlyOnceWith("two");
  await vi.waitFor(() => expect(screen.getByRole("button", { name: /Microphone/ })).toHaveFocus());
});

test("what is chosen stands in it", () => {
  render(
    <Select
      label="Microphone"
      placeholder="None"
      options={OPTIONS}
      value="two"
      onChange={vi.fn()}
    />,
  );

  expect(screen.getByRole("button", { name: /Headset/ })).toBeInTheDocument();
});
