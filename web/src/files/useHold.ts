/**
 * Press and hold, as one records on a phone: letting go sends, sliding away gives up, sliding up locks.
 *
 * By keyboard the same: Space or Enter held down, let go to send, Escape gives up, arrow up locks. A
 * press that is not held is none of this and stays a press, which is also what screen readers make.
 */

import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";

/** How it ended. */
export type HoldEnd = "release" | "cancel" | "lock";

/** How far the finger is on the way to either end, 0 to 1. */
export type Slide = { away: number; up: number };

type HoldOwner = {
  begin: () => void;
  end: (how: HoldEnd) => void;
};

type Gesture = {
  /** Where it began; null by keyboard. */
  from: { x: number; y: number } | null;
  timer: ReturnType<typeof setTimeout>;
  held: boolean;
};

/** `target` is the control, or what is drawn around it. */
export function useHold(target: RefObject<HTMLElement | null>, owner: HoldOwner) {
  const [slide, setSlide] = useState<Slide | null>(null);
  const gesture = useRef<Gesture | null>(null);
  /** The press that a browser makes of letting go is part of the gesture. */
  const wasHeld = useRef(false);
  const latest = useRef(owner);
  latest.current = owner;

  const begin = (from: Gesture["from"]): void => {
    wasHeld.current = false;
    const timer = setTimeout(() => {
      if (gesture.current === null) return;
      gesture.current.held = true;
      wasHeld.current = true;
      setSlide({ away: 0, up: 0 });
      latest.current.begin();
    }, HOLD_MS);
    gesture.current = { from, timer, held: false };
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: all that changes is read from references.
  useEffect(() => {
    const end = (how: HoldEnd): void => {
      const { current } = gesture;
      if (current === null) return;
      gesture.current = null;
      clearTimeout(current.timer);
      if (!current.held) return;
      setSlide(null);
      setTimeout(() => {
        wasHeld.current = false;
      }, PRESS_MS);
      latest.current.end(how);
    };
    const onMove = (event: globalThis.PointerEvent): void => {
      const { current } = gesture;
      if (current?.from == null) return;
      const next = slideOf(current.from, event, target.current);
      if (!current.held) return;
      if (next.away >= 1) end("cancel");
      else if (next.up >= 1) end("lock");
      else setSlide(next);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (gesture.current?.held !== true) {
        const { activeElement } = document;
        const here = activeElement !== null && target.current?.contains(activeElement) === true;
        if (isPress(event) && !event.repeat && here && gesture.current === null) begin(null);
        return;
      }
      if (event.key === "Escape") end("cancel");
      else if (event.key === "ArrowUp") end("lock");
      else if (!isPress(event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const onKeyUp = (event: KeyboardEvent): void => {
      if (isPress(event) && gesture.current?.from === null) end("release");
    };
    const onUp = (): void => {
      if (gesture.current?.from != null) end("release");
    };
    // What takes the page away, such as a question of the browser, must not send what nobody let go of.
    const onLost = (): void => end("lock");
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener("pointermove", onMove, { signal });
    window.addEventListener("pointerup", onUp, { signal });
    window.addEventListener("pointercancel", onLost, { signal });
    window.addEventListener("blur", onLost, { signal });
    window.addEventListener("keydown", onKeyDown, { signal, capture: true });
    window.addEventListener("keyup", onKeyUp, { signal, capture: true });
    return () => {
      listening.abort();
      if (gesture.current !== null) clearTimeout(gesture.current.timer);
      gesture.current = null;
    };
  }, []);

  return {
    /** Null while nothing is held. */
    slide,
    /** Whether the press that has just come was the end of a gesture. */
    wasHeld: (): boolean => wasHeld.current,
    onPointerDownCapture: (event: PointerEvent): void => {
      if (event.isPrimary && event.button === 0) begin({ x: event.clientX, y: event.clientY });
    },
  };
}

function slideOf(
  from: { x: number; y: number },
  to: { clientX: number; clientY: number },
  element: HTMLElement | null,
): Slide {
  const rightToLeft = element !== null && getComputedStyle(element).direction === "rtl";
  const away = (from.x - to.clientX) * (rightToLeft ? -1 : 1);
  const part = (distance: number, all: number) => Math.min(1, Math.max(0, distance / all));
  return { away: part(away, CANCEL_PX), up: part(from.y - to.clientY, LOCK_PX) };
}

function isPress({ key }: KeyboardEvent): boolean {
  return key === " " || key === "Enter";
}

/** What is shorter is a press: longer than a click takes, shorter than one waits for, in ms. */
const HOLD_MS = 350;

/** Within this the press arrives that a browser makes of letting go, in ms. */
const PRESS_MS = 50;

/** How far to slide, in CSS pixels: a thumb reaches it without moving the hand. */
const CANCEL_PX = 110;
const LOCK_PX = 80;
