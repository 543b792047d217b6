import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Slider } from "./Slider";

test("arrows move it by a step, and it says its value as people read it", async () => {
  const change = vi.fn();
  render(<Slider label="Loudness" value={0.5} step={0.1} onChange={change} />);
  const slider = screen.getByRole("slider", { name: "Loudness" });
  await userEvent.tab();
  await userEvent.keyboard("{ArrowRight}");

  expect(change).toHaveBeenCalledExactlyOnceWith(0.6);
  expect(slider).toHaveAttribute("aria-valuetext", "50%");
});
