import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { ring } from "../fixture/call";
import { IncomingCalls } from "./IncomingCall";

test("says who calls, how and from where", () => {
  render(<IncomingCalls rings={[ring]} />);
  expect(screen.getByRole("alertdialog")).toHaveAccessibleName(
    "Incoming video call: Mariam Traoré",
  );
  expect(screen.getByText("in Équipe produit")).toBeInTheDocument();
});

test("answers with or without the camera, or declines", async () => {
  const answer = vi.fn();
  const decline = vi.fn();
  render(<IncomingCalls rings={[{ ...ring, answer, decline }]} />);
  await userEvent.click(screen.getByRole("button", { name: "Audio: answer without camera" }));
  await userEvent.click(screen.getByRole("button", { name: "Video: answer with camera" }));
  await userEvent.click(screen.getByRole("button", { name: "Decline" }));
  expect(answer.mock.calls).toEqual([["audio"], ["video"]]);
  expect(decline).toHaveBeenCalledOnce();
});

test("who is in a call answers by leaving it or by putting it on hold", async () => {
  const answer = vi.fn();
  const holdAndAnswer = vi.fn();
  render(<IncomingCalls rings={[{ ...ring, waits: "call", answer, holdAndAnswer }]} />);

  await userEvent.click(screen.getByRole("button", { name: "Hold and answer" }));
  await userEvent.click(screen.getByRole("button", { name: "Leave and answer" }));

  expect(holdAndAnswer).toHaveBeenCalledOnce();
  expect(answer.mock.calls).toEqual([["video"]]);
});

test("says what answering does to the calls one is in", () => {
  const said = (["call_and_hold", "hold", "elsewhere"] as const).map((waits) => {
    const { unmount } = render(<IncomingCalls rings={[{ ...ring, waits }]} />);
    const text = screen.getByText(/^You /).textContent;
    expect(screen.getByRole("button", { name: "Audio: answer without camera" })).toBeVisible();
    unmount();
    return text;
  });
  expect(said).toEqual([
    "You are in a call. Answering leaves it; the one on hold waits on.",
    "You have a call on hold. It waits on.",
    "You are in a call on another device. It goes on there.",
  ]);
});

test("nothing is drawn while nobody calls", () => {
  render(<IncomingCalls rings={[]} />);
  expect(screen.queryByRole("alertdialog")).toBeNull();
});
