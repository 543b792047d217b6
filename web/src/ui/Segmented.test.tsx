import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Segmented } from "./Segmented";

const SEGMENTS = [
  { value: "en", label: "English", lang: "en" },
  { value: "fr", label: "Français", lang: "fr" },
] as const;

test("one is chosen, and each is in its own language", async () => {
  const choose = vi.fn();
  render(<Segmented label="Language" segments={SEGMENTS} value="en" onChange={choose} />);
  expect(screen.getByRole("radio", { name: "English" })).toBeChecked();
  await userEvent.click(screen.getByRole("radio", { name: "Français" }));

  expect(choose).toHaveBeenCalledExactlyOnceWith("fr");
  expect(screen.getByText("Français").closest("[lang]")).toHaveAttribute("lang", "fr");
});
