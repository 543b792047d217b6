import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { heldCall } from "../fixture/call";
import { HeldCallBar } from "./HeldCallBar";

test("a call on hold is named, taken up and left", async () => {
  const takeUp = vi.fn();
  const leave = vi.fn();
  render(<HeldCallBar held={{ ...heldCall, takeUp, leave }} />);

  expect(screen.getByRole("region")).toHaveAccessibleName(`Call on hold: ${heldCall.title}`);
  await userEvent.click(screen.getByRole("button", { name: "Back to it" }));
  await userEvent.click(screen.getByRole("button", { name: "Leave the call on hold" }));
  expect(takeUp).toHaveBeenCalledOnce();
  expect(leave).toHaveBeenCalledOnce();
});
