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
  /** Where it began, and whose it is; null by keyboard. */
  from: { x: number; y: number; pointerId: number } | null;
  /** One that is over is kept until the press that a browser makes of letting go has come. */
  stage: "pressed" | "held" | "over";
  timer: ReturnType<typeof setTimeout>;
};

/** `target` is the control, or what is drawn around it. */
export function useHold(target: RefObject<HTMLElement | null>, owner: HoldOwner) {
  const [slide, setSlide] = useState<Slide | null>(null);
  const gesture = useRef<Gesture | null>(null);
  const latest = useRef(owner);
  latest.current = owner;

  const begin = (from: Gesture["from"]): void => {
    if (gesture.current?.stage === "held") return;
    clearTimeout(gesture.current?.timer);
    const begun: Gesture = {
      from,
      stage: "pressed",
      timer: setTimeout(() => {
        begun.stage = "held";
        setSlide({ away: 0, up: 0 });
        latest.current.begin();
      }, HOLD_MS),
    };
    gesture.current = begun;
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: all that changes is read from references.
  useEffect(() => {
    const forget = (): void => {
      clearTimeout(gesture.current?.timer);
      gesture.current = null;
    };
    const end = (how: HoldEnd): void => {
      const { current } = gesture;
      if (current?.stage !== "held") return;
      current.stage = "over";
      setSlide(null);
      latest.current.end(how);
    };
    /** The finger or the key is up: also where a slide or Escape has ended it before. */
    const letGo = (how: HoldEnd): void => {
      end(how);
      const { current } = gesture;
      clearTimeout(current?.timer);
      if (current?.stage === "over") current.timer = setTimeout(forget, PRESS_MS);
      else gesture.current = null;
    };
    const isItsPointer = ({ pointerId }: globalThis.PointerEvent): boolean =>
      gesture.current?.from?.pointerId === pointerId;
    const onMove = (event: globalThis.PointerEvent): void => {
      const { current } = gesture;
      if (current?.stage !== "held" || current.from === null || !isItsPointer(event)) return;
      const next = slideOf(current.from, event, target.current);
      if (next.away >= 1) end("cancel");
      else if (next.up >= 1) end("lock");
      else setSlide(next);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      const stage = gesture.current?.stage;
      if (stage !== "held") {
        const { activeElement } = document;
        const here = activeElement !== null && target.current?.contains(activeElement) === true;
        if (isPress(event) && !event.repeat && here && stage !== "pressed") begin(null);
        return;
      }
      if (event.key === "Escape") end("cancel");
      else if (event.key === "ArrowUp") end("lock");
      else if (!isPress(event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const onKeyUp = (event: KeyboardEvent): void => {
      if (isPress(event) && gesture.current?.from === null) letGo("release");
    };
    const onUp = (event: globalThis.PointerEvent): void => {
      if (isItsPointer(event)) letGo("release");
    };
    // What takes the page away, such as a question of the browser, must not send what nobody let go of.
    const onLost = (): void => letGo("lock");
    const onCancel = (event: globalThis.PointerEvent): void => {
      if (isItsPointer(event)) onLost();
    };
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener("pointermove", onMove, { signal });
    window.addEventListener("pointerup", onUp, { signal });
    window.addEventListener("pointercancel", onCancel, { signal });
    window.addEventListener("blur", onLost, { signal });
    window.addEventListener("keydown", onKeyDown, { signal, capture: true });
    window.addEventListener("keyup", onKeyUp, { signal, capture: true });
    return () => {
      listening.abort();
      forget();
    };
  }, []);

  return {
    /** Null while nothing is held. */
    slide,
    /** Whether the press that has just come was the end of a gesture. */
    wasHeld: (): boolean => gesture.current !== null && gesture.current.stage !== "pressed",
    onPointerDownCapture: (event: PointerEvent): void => {
      const { clientX: x, clientY: y, pointerId } = event;
      if (event.isPrimary && event.button === 0) begin({ x, y, pointerId });
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

/**
 * Within this the press arrives that is made of letting go, in ms: after a long touch React Aria waits
 * 80 ms for the click of the browser before it makes one, and a phone may be busy.
 */
const PRESS_MS = 400;

/** How far to slide, in CSS pixels: a thumb reaches it without moving the hand. */
const CANCEL_PX = 110;
const LOCK_PX = 80;
