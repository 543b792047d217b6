/** The line between the list and what is open: dragged, moved by arrows, or pressed for the next width. */

import { type KeyboardEvent, type PointerEvent, useRef } from "react";

import { useLocale } from "../ui/locale";
import { usePreferences } from "../ui/preferences";
import styles from "./ListDivider.module.css";

/** Stands behind the list, in a box whose `--list-width` is the width of the list. */
export function ListDivider() {
  const { t, direction } = useLocale();
  const { listWidth, setListWidth } = usePreferences();
  const line = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const width = listWidth ?? usualWidth();
  const toEnd = direction === "rtl" ? -1 : 1;

  /** A narrow window may have less room than was chosen. */
  const drawnWidth = (): number =>
    line.current?.previousElementSibling?.getBoundingClientRect().width ?? width;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? STEP_PX : event.key === "ArrowLeft" ? -STEP_PX : 0;
    if (step !== 0) setListWidth(within(drawnWidth() + step * toEnd));
    else if (event.key === "Home") setListWidth(LEAST_PX);
    else if (event.key === "End") setListWidth(MOST_PX);
    else if (event.key === "Enter") setListWidth(after(width));
    else return;
    event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    drag.current = { from: event.clientX, before: drawnWidth(), width: null };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const held = drag.current;
    if (held === null) return;
    const by = (event.clientX - held.from) * toEnd;
    if (held.width === null && Math.abs(by) < LEAST_DRAG_PX) return;
    held.width = within(held.before + by);
    // Kept once it is let go: to draw the whole app for each pixel would lag behind the hand.
    line.current?.parentElement?.style.setProperty("--list-width", `${held.width}px`);
  };
  const onPointerUp = (): void => {
    const held = drag.current;
    drag.current = null;
    if (held !== null) setListWidth(held.width ?? after(width));
  };
  const onPointerCancel = (): void => {
    drag.current = null;
    const style = line.current?.parentElement?.style;
    // As `Home` draws it, which it does not do again for this.
    if (listWidth === null) style?.removeProperty("--list-width");
    else style?.setProperty("--list-width", `${listWidth}px`);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line that is moved is no break between paragraphs.
    <div
      ref={line}
      role="separator"
      className={styles.divider}
      tabIndex={0}
      aria-label={t.list.width}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={LEAST_PX}
      aria-valuemax={MOST_PX}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerCancel}
    />
  );
}

/** A press that moves; `width` is null until it has moved far enough. */
type Drag = { from: number; before: number; width: number | null };

function within(width: number): number {
  return Math.round(Math.min(MOST_PX, Math.max(LEAST_PX, width)));
}

/** A press without a drag goes through these (WCAG 2.5.7). */
function after(width: number): number {
  return WIDTHS_PX.find((next) => next > width) ?? LEAST_PX;
}

/** As `Home.module.css` has it while nobody has chosen another. */
function usualWidth(): number {
  return Math.round(Math.min(400, Math.max(300, window.innerWidth * 0.3)));
}

/** `Home.module.css` keeps half of the window for the conversation. */
const LEAST_PX = 260;
const MOST_PX = 560;
const WIDTHS_PX = [LEAST_PX, 340, 440, MOST_PX];

const STEP_PX = 20;

/** A hand that presses moves a little. */
const LEAST_DRAG_PX = 4;
