/** Tells the core how large a picture is drawn, and when it is not. */

import { useEffect, useRef } from "react";

import type { Tile } from "../core/model";

export function useSizeReport(setSize: Tile["setSize"], width: number, height: number): void {
  const report = useRef(setSize);
  useEffect(() => {
    report.current = setSize;
  }, [setSize]);
  useEffect(() => {
    report.current(width > 0 && height > 0 ? { width, height } : null);
  }, [width, height]);
  useEffect(() => () => report.current(null), []);
}
