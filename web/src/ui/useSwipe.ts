/** A finger that draws something aside: what is drawn follows it, and something is done when it lets go. */

import { type RefObject, useEffect, useRef } from "react";

/** What a swipe does, by the direction of reading; a direction without one does not move. */
export type Swipes = {
  /** Towards the end of a line: to the right in English. */
  end?: () => void;
  /** Towards the start of a line. */
  start?: () => void;
};

/** Reads swipes on an element; it gets `--swipe`, in pixels, and `data-swiped` once letting go acts. */
export function useSwipe(element: RefObject<HTMLElement | null>, swipes: Swipes): object {
  const latest = useRef(swipes);
  latest.current = swipes;
  const possible = swipes.end !== undefined || swipes.start !== undefined;
  useEffect(() => {
    const target = element.current;
    if (target === null || !possible) return;
    return listen(target, () => latest.current);
  }, [element, possible]);
  return possible ? { "data-swipes": true } : {};
}

function listen(target: HTMLElement, swipes: () => Swipes): () => void {
  let from: { x: number; y: number; id: number } | null = null;
  let moved = 0;
  let sideways = false;

  const draw = (): void => {
    target.style.setProperty("--swipe", `${moved}px`);
    target.dataset.swiping = String(moved !== 0);
    target.dataset.swiped = Math.abs(moved) >= ACT_PX ? (moved > 0 ? "right" : "left") : "";
  };
  const onDown = (event: PointerEvent): void => {
    if (event.pointerType !== "touch" || !event.isPrimary) return;
    from = { x: event.clientX, y: event.clientY, id: event.pointerId };
    sideways = false;
  };
  const onMove = (event: PointerEvent): void => {
    if (from === null || event.pointerId !== from.id) return;
    const x = event.clientX - from.x;
    const y = event.clientY - from.y;
    if (!sideways) {
      if (Math.hypot(x, y) < BEGIN_PX) return;
      // What goes up or down scrolls.
      if (Math.abs(x) < Math.abs(y) * 1.5 || acting(target, x, swipes()) === undefined) {
        from = null;
        return;
      }
      sideways = true;
      target.setPointerCapture(event.pointerId);
    }
    moved = acting(target, x, swipes()) === undefined ? 0 : Math.sign(x) * damped(Math.abs(x));
    draw();
  };
  const onEnd = (event: PointerEvent): void => {
    if (from === null || event.pointerId !== from.id) return;
    const act = Math.abs(moved) >= ACT_PX ? acting(target, moved, swipes()) : undefined;
    from = null;
    moved = 0;
    draw();
    if (event.type === "pointerup") act?.();
  };
  target.addEventListener("pointerdown", onDown);
  target.addEventListener("pointermove", onMove);
  target.addEventListener("pointerup", onEnd);
  target.addEventListener("pointercancel", onEnd);
  return () => {
    target.removeEventListener("pointerdown", onDown);
    target.removeEventListener("pointermove", onMove);
    target.removeEventListener("pointerup", onEnd);
    target.removeEventListener("pointercancel", onEnd);
  };
}

function acting(target: HTMLElement, x: number, swipes: Swipes): (() => void) | undefined {
  const rightToLeft = getComputedStyle(target).direction === "rtl";
  return x > 0 !== rightToLeft ? swipes.end : swipes.start;
}

/** Beyond the point where it acts, it follows more slowly. */
function damped(distance: number): number {
  return distance < ACT_PX ? distance : ACT_PX + (distance - ACT_PX) / 4;
}

/** A finger wanders that far when it only touches. */
const BEGIN_PX = 12;

/** From there on letting go acts. */
const ACT_PX = 64;
