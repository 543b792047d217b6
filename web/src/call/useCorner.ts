/** In which corner of the window something floats: dragged there, or sent round by a button. */

import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";

import type { Locale } from "../core/model";

/** By the direction of reading: `end` is on the right where one reads from the left. */
export type Corner = "top-end" | "bottom-end" | "bottom-start" | "top-start";

type Point = { x: number; y: number };

type Floating = {
  corner: Corner;
  /** How far it is dragged from its corner, in CSS pixels; null while it is not. */
  offset: Point | null;
  /** Goes to the next corner. */
  next: () => void;
  /** For the button that is dragged; a press that goes nowhere is `pressed`. */
  drag: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: () => void;
    onPointerCancel: () => void;
    onClick: () => void;
  };
};

export function useCorner(
  box: RefObject<HTMLElement | null>,
  direction: Locale["direction"],
  pressed: () => void,
): Floating {
  const [corner, setCorner] = useState<Corner>("top-end");
  const [offset, setOffset] = useState<Point | null>(null);
  const from = useRef<Point | null>(null);
  const dragged = useRef(false);
  const next = (): void => setCorner(after);
  useFocusInSight(box, next);

  const letGo = (): void => {
    const rect = box.current?.getBoundingClientRect();
    if (dragged.current && rect) setCorner(nearest(rect, direction));
    from.current = null;
    setOffset(null);
  };
  return {
    corner,
    offset,
    next,
    drag: {
      onPointerDown: (event) => {
        from.current = { x: event.clientX, y: event.clientY };
        dragged.current = false;
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event) => {
        if (from.current === null) return;
        const [x, y] = [event.clientX - from.current.x, event.clientY - from.current.y];
        dragged.current ||= Math.hypot(x, y) > LEAST_DRAG_PX;
        if (dragged.current) setOffset({ x, y });
      },
      onPointerUp: letGo,
      onPointerCancel: letGo,
      onClick: () => {
        if (!dragged.current) pressed();
        dragged.current = false;
      },
    },
  };
}

/** Makes way when what has the focus lies wholly beneath (WCAG 2.4.11). */
function useFocusInSight(box: RefObject<HTMLElement | null>, makeWay: () => void): void {
  const way = useRef(makeWay);
  useEffect(() => {
    way.current = makeWay;
  });
  useEffect(() => {
    const look = ({ target }: FocusEvent): void => {
      const own = box.current;
      if (own === null || !(target instanceof Element) || own.contains(target)) return;
      // What lies above the page lies above this too.
      if (target.closest("[role=dialog], [role=alertdialog]") !== null) return;
      if (covers(own.getBoundingClientRect(), target.getBoundingClientRect())) way.current();
    };
    document.addEventListener("focusin", look);
    return () => document.removeEventListener("focusin", look);
  }, [box]);
}

/** Whether nothing of `below` is seen beside `above`. */
function covers(above: DOMRect, below: DOMRect): boolean {
  return (
    above.left <= below.left &&
    below.right <= above.right &&
    above.top <= below.top &&
    below.bottom <= above.bottom
  );
}

/** The corner that the middle of `rect` is nearest to. */
export function nearest(
  { left, width, top, height }: Pick<DOMRect, "left" | "width" | "top" | "height">,
  direction: Locale["direction"],
): Corner {
  const right = left + width / 2 > window.innerWidth / 2;
  const block = top + height / 2 > window.innerHeight / 2 ? "bottom" : "top";
  return `${block}-${right === (direction === "ltr") ? "end" : "start"}`;
}

function after(corner: Corner): Corner {
  return CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length] ?? "top-end";
}

const CORNERS: readonly Corner[] = ["top-end", "bottom-end", "bottom-start", "top-start"];

/** A finger never holds quite still, in CSS pixels. */
const LEAST_DRAG_PX = 6;
