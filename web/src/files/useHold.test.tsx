import { act, fireEvent, render, screen } from "@testing-library/react";
import { useRef } from "react";
import { beforeEach, expect, test, vi } from "vitest";

import { useHold } from "./useHold";

/** What was made of the gesture, in turn. */
let made: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  render(<Microphone />);
  return () => vi.useRealTimers();
});

test("a short press is a press", () => {
  down();
  pass(100);
  up();
  press();

  expect(made).toEqual(["press"]);
});

test("the press that comes well after a long touch was let go belongs to it", () => {
  down();
  pass(2_000);
  up();
  pass(150);
  press();

  expect(made).toEqual(["begin", "release"]);
});

test("the next press is one again", () => {
  down();
  pass(2_000);
  up();
  pass(200);
  down();
  up();
  press();
  pass(1_000);
  press();

  expect(made).toEqual(["begin", "release", "press", "press"]);
});

test("a hold right after another one is not cut short by it", () => {
  down();
  pass(500);
  up();
  pass(100);
  down();
  pass(2_000);
  up();
  press();

  expect(made).toEqual(["begin", "release", "begin", "release"]);
});

test("a slide that gave up is no press, however late it comes back and lets go", () => {
  down();
  pass(500);
  move(-150);
  pass(3_000);
  move(0);
  up();
  pass(100);
  press();

  expect(made).toEqual(["begin", "cancel"]);
});

test.each([" ", "Enter"])("Escape gives up what %j holds, and letting go begins nothing", (key) => {
  const microphone = screen.getByRole("button");
  microphone.focus();
  fireEvent.keyDown(microphone, { key });
  pass(500);
  fireEvent.keyDown(microphone, { key: "Escape" });
  pass(3_000);
  fireEvent.keyUp(microphone, { key });
  press();

  expect(made).toEqual(["begin", "cancel"]);
});

test("another finger neither moves nor ends it", () => {
  down();
  pass(500);
  move(-150, 2);
  up(2);
  fireEvent.pointerCancel(window, { pointerId: 2 });
  pass(500);
  const before = [...made];
  up();

  expect(before).toEqual(["begin"]);
  expect(made).toEqual(["begin", "release"]);
});

test("what takes the page away locks it", () => {
  down();
  pass(500);
  fireEvent.blur(window);

  expect(made).toEqual(["begin", "lock"]);
});

function Microphone() {
  const box = useRef<HTMLSpanElement>(null);
  const hold = useHold(box, { begin: () => made.push("begin"), end: (how) => made.push(how) });
  return (
    <span ref={box} onPointerDownCapture={hold.onPointerDownCapture}>
      <button type="button" onClick={() => hold.wasHeld() || made.push("press")}>
        Record
      </button>
    </span>
  );
}

function down(): void {
  const at = { clientX: 200, clientY: 200 };
  fireEvent.pointerDown(screen.getByRole("button"), { ...at, pointerId: 1, isPrimary: true });
}

function move(by: number, pointerId = 1): void {
  fireEvent.pointerMove(window, { clientX: 200 + by, clientY: 200, pointerId });
}

function up(pointerId = 1): void {
  fireEvent.pointerUp(window, { pointerId });
}

function press(): void {
  fireEvent.click(screen.getByRole("button"));
}

function pass(ms: number): void {
  act(() => vi.advanceTimersByTime(ms));
}
