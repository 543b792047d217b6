import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { callOf } from "../fixture/call";
import { CallFloat } from "./CallFloat";
import { nearest } from "./useCorner";

function float(restore = vi.fn()) {
  render(<CallFloat call={callOf(2)} restore={restore} popOut={undefined} />);
  const picture = screen.getByRole("button", { name: /^Back to the call/ });
  picture.setPointerCapture = () => undefined;
  return { restore, picture, box: screen.getByRole("region", { name: /^Call:/ }) };
}

test("a press on the small call makes it large again", () => {
  const { restore, picture } = float();
  fireEvent.pointerDown(picture, { clientX: 10, clientY: 10 });
  fireEvent.pointerMove(picture, { clientX: 12, clientY: 11 });
  fireEvent.pointerUp(picture);
  fireEvent.click(picture);
  expect(restore).toHaveBeenCalledOnce();
});

test("what is dragged goes into the nearest corner and stays small", () => {
  const { restore, picture, box } = float();
  box.getBoundingClientRect = () => new DOMRect(20, 600, 100, 100);
  fireEvent.pointerDown(picture, { clientX: 900, clientY: 20 });
  fireEvent.pointerMove(picture, { clientX: 60, clientY: 640 });
  fireEvent.pointerUp(picture);
  fireEvent.click(picture);
  expect(box).toHaveAttribute("data-corner", "bottom-start");
  expect(restore).not.toHaveBeenCalled();
});

test("it makes way for what has the focus and would lie wholly beneath it", () => {
  const { box } = float();
  box.getBoundingClientRect = () => new DOMRect(500, 50, 300, 200);
  const beneath = document.body.appendChild(document.createElement("button"));
  beneath.getBoundingClientRect = () => new DOMRect(600, 100, 40, 40);
  act(() => beneath.focus());
  expect(box).toHaveAttribute("data-corner", "bottom-end");
  const beside = document.body.appendChild(document.createElement("button"));
  beside.getBoundingClientRect = () => new DOMRect(450, 100, 200, 40);
  act(() => beside.focus());
  expect(box).toHaveAttribute("data-corner", "bottom-end");
});

test("where one reads from the right, the right is where a line begins", () => {
  const right = { left: 900, width: 100, top: 0, height: 100 };
  expect(nearest(right, "ltr")).toBe("top-end");
  expect(nearest(right, "rtl")).toBe("top-start");
});
