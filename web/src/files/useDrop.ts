/** Takes files that are dragged onto an element. */

import { type DragEvent, useRef, useState } from "react";

/** What the element needs, and whether files are above it. */
export function useDrop(take: ((files: Iterable<File>) => void) | undefined) {
  const [over, setOver] = useState(false);
  // Entering a child is told before leaving its parent.
  const depth = useRef(0);
  if (take === undefined) return { over: false, drop: {} };
  const leave = (): void => {
    depth.current = 0;
    setOver(false);
  };
  const drop = {
    onDragEnter: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth.current += 1;
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth.current -= 1;
      if (depth.current <= 0) leave();
    },
    // Without this the browser opens the file in place of the page.
    onDragOver: (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      leave();
      take(event.dataTransfer.files);
    },
  };
  return { over, drop };
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes("Files");
}
