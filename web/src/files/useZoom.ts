/** Makes a picture larger by wheel, two fingers or a double press, and moves it; swipes turn pages. */

import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";

type Doings = {
  previous: (() => void) | undefined;
  next: (() => void) | undefined;
  close: () => void;
};

type View = { scale: number; x: number; y: number };
type Point = { x: number; y: number };

export function useZoom(box: RefObject<HTMLElement | null>, doings: Doings) {
  const [view, setView] = useState<View>(WHOLE);
  const pointers = useRef(new Map<number, Point>());
  const start = useRef<Point | null>(null);
  const zoomed = view.scale > 1;

  const scaleBy = (factor: number): void =>
    setView((before) => {
      const scale = Math.min(MAX_SCALE, Math.max(1, before.scale * factor));
      const kept = scale / before.scale;
      return scale === 1 ? WHOLE : { scale, x: before.x * kept, y: before.y * kept };
    });

  useEffect(() => {
    const element = box.current;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      scaleBy(Math.exp(-event.deltaY / WHEEL));
    };
    // React's own listener may not keep the page from scrolling.
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  });

  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.target instanceof HTMLVideoElement) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const point = { x: event.clientX, y: event.clientY };
    pointers.current.set(event.pointerId, point);
    start.current = pointers.current.size === 1 ? point : null;
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const held = pointers.current;
    const before = held.get(event.pointerId);
    if (before === undefined) return;
    const after = { x: event.clientX, y: event.clientY };
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    held.set(event.pointerId, after);
    if (other !== undefined) {
      scaleBy(distance(after, other) / Math.max(1, distance(before, other)));
    } else if (zoomed) {
      setView((now) => ({ ...now, x: now.x + after.x - before.x, y: now.y + after.y - before.y }));
    }
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>): void => {
    const from = start.current;
    pointers.current.delete(event.pointerId);
    start.current = null;
    if (from === null || zoomed || event.pointerType === "mouse") return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (y > SWIPE && y > Math.abs(x)) doings.close();
    else if (Math.abs(x) > SWIPE) {
      const onwards = x < 0 !== (document.dir === "rtl");
      (onwards ? doings.next : doings.previous)?.();
    }
  };
  const toggle = (): void => setView(zoomed ? WHOLE : { scale: CLOSE_SCALE, x: 0, y: 0 });
  return {
    zoomed,
    toggle,
    style: { transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` },
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: onPointerUp,
      onDoubleClick: toggle,
    },
  };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

const WHOLE: View = { scale: 1, x: 0, y: 0 };
const CLOSE_SCALE = 2.5;
const MAX_SCALE = 8;

/** How far a wheel turns for e times the size, and a finger goes to turn a page, in CSS pixels. */
const WHEEL = 400;
const SWIPE = 60;
