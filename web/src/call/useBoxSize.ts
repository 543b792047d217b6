/** The inner size of a box, followed. */

import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** A box and its inner size, in CSS pixels. */
type BoxSize = { box: RefObject<HTMLDivElement | null>; width: number; height: number };

export function useBoxSize(): BoxSize {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void =>
      setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    // An observer hears of the boxes of its own window alone, and a call may be in another.
    const { ResizeObserver: Observer } = element.ownerDocument.defaultView ?? window;
    if (Observer === undefined) return;
    const observer = new Observer(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { box, ...size };
}
