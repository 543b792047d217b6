/** A finger that rests: what a right click is for a mouse, where the browser does not say so itself. */

import { type PointerEvent, useEffect, useRef } from "react";

type Point = { x: number; y: number };

/** Calls `press` with the place; a finger that moves scrolls or swipes instead. */
export function useLongPress(press: (at: Point) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = useRef<Point>({ x: 0, y: 0 });
  const stop = (): void => clearTimeout(timer.current);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      const at = { x: event.clientX, y: event.clientY };
      start.current = at;
      timer.current = setTimeout(() => press(at), PRESS_MS);
    },
    onPointerMove: (event: PointerEvent) => {
      const { x, y } = start.current;
      if (Math.hypot(event.clientX - x, event.clientY - y) > REST_PX) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
  };
}

/** As long as phones themselves wait. */
const PRESS_MS = 480;

/** No finger rests quite still. */
const REST_PX = 10;
