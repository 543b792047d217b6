import { fireEvent, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { PreferencesContext, usePreferences } from "../ui/preferences";
import { ListDivider } from "./ListDivider";

function open(listWidth: number | null, drawnWidth = listWidth ?? 400) {
  const setListWidth = vi.fn();
  const Around = () => {
    const preferences = { ...usePreferences(), listWidth, setListWidth };
    return (
      <PreferencesContext value={preferences}>
        <div>
          <nav />
          <ListDivider />
        </div>
      </PreferencesContext>
    );
  };
  render(<Around />);
  const divider = screen.getByRole("separator", { name: "Width of the list" });
  // jsdom has no capture.
  divider.setPointerCapture = () => {};
  // Nor does it lay out.
  const list = divider.previousElementSibling as HTMLElement;
  list.getBoundingClientRect = () => ({ width: drawnWidth }) as DOMRect;
  return { divider, setListWidth };
}

test("arrows move it, Home and End go as far as it goes", async () => {
  const { divider, setListWidth } = open(340);

  divider.focus();
  await userEvent.keyboard("{ArrowRight}{ArrowLeft}{Home}{End}");

  expect(setListWidth.mock.calls.flat()).toEqual([360, 320, 260, 560]);
  expect(divider).toHaveAttribute("aria-valuenow", "340");
});

test("arrows begin where the line is drawn, however wide the list was chosen", async () => {
  const { divider, setListWidth } = open(560, 450);

  divider.focus();
  await userEvent.keyboard("{ArrowLeft}");

  expect(setListWidth).toHaveBeenCalledWith(430);
});

test.each([
  [null, ""],
  [340, "340px"],
])("a drag that is cut off leaves the list as it was: %s", (listWidth, drawn) => {
  const { divider, setListWidth } = open(listWidth);

  fireEvent.pointerDown(divider, { clientX: 340, button: 0 });
  fireEvent.pointerMove(divider, { clientX: 430 });
  fireEvent.pointerCancel(divider);

  expect(divider.parentElement?.style.getPropertyValue("--list-width")).toBe(drawn);
  expect(setListWidth).not.toHaveBeenCalled();
});

test("a drag shows the width at once and keeps it once it is let go", () => {
  const { divider, setListWidth } = open(340);

  fireEvent.pointerDown(divider, { clientX: 340, button: 0 });
  fireEvent.pointerMove(divider, { clientX: 430 });
  const shown = divider.parentElement?.style.getPropertyValue("--list-width");
  const before = setListWidth.mock.calls.length;
  fireEvent.pointerUp(divider);

  expect(shown).toBe("430px");
  expect(before).toBe(0);
  expect(setListWidth).toHaveBeenCalledWith(430);
});

test("a press that does not move goes to the next width, and round", () => {
  const { divider, setListWidth } = open(560);

  fireEvent.pointerDown(divider, { clientX: 340, button: 0 });
  fireEvent.pointerUp(divider);

  expect(setListWidth).toHaveBeenCalledWith(260);
});
