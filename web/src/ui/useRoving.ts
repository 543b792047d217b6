/** Makes a list one stop of the keyboard: arrows, Home and End go through it. */

import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useLayoutEffect,
  useRef,
} from "react";

type Roving<Box extends HTMLElement> = {
  /** The box with the stops in it. */
  box: RefObject<Box | null>;
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: (event: FocusEvent) => void;
};

export type RovingOptions = {
  /** Where one comes in when nothing is chosen: the top of a list, the latest of a timeline. */
  from?: "first" | "last";
  /**
   * Scrolls to an end of a list that draws only what is seen, and returns which stop is there; it
   * gets the focus as soon as it is drawn. Undefined where that end is always drawn.
   */
  jump?: (to: "start" | "end") => string | undefined;
};

/**
 * Every element in the box with `data-stop` is one of its stops.
 *
 * One of them can be reached with Tab: the one that had the focus last, else the chosen one
 * (`aria-current`), else the first or the last.
 */
export function useRoving<Box extends HTMLElement>({
  from = "first",
  jump,
}: RovingOptions = {}): Roving<Box> {
  const box = useRef<Box>(null);
  const current = useRef<string | undefined>(undefined);

  const stops = (): HTMLElement[] => [
    ...(box.current?.querySelectorAll<HTMLElement>("[data-stop]") ?? []),
  ];

  const letIn = (): void => {
    const all = stops();
    const reachable =
      all.find((stop) => stop.dataset.stop === current.current) ??
      all.find((stop) => stop.ariaCurrent !== null) ??
      all.at(from === "first" ? 0 : -1);
    for (const stop of all) {
      // What can be done with a stop is reached from it, and not on the way past all others.
      for (const element of [stop, ...stop.querySelectorAll<HTMLElement>("a[href], button")]) {
        element.tabIndex = stop === reachable ? 0 : -1;
      }
    }
  };

  // After each drawing: stops come and go, and new ones know nothing of it.
  useLayoutEffect(letIn);

  return {
    box,
    onFocus: (event) => {
      const stop = event.target.closest<HTMLElement>("[data-stop]");
      if (stop === null || stop.dataset.stop === current.current) return;
      current.current = stop.dataset.stop;
      letIn();
    },
    onKeyDown: (event) => {
      const { target } = event;
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (!(target instanceof HTMLElement) || target.dataset.stop === undefined) return;
      const { key } = event;
      if (!KEYS.has(key)) return;
      event.preventDefault();
      const wanted = key.startsWith("Arrow") ? undefined : jump?.(key === "Home" ? "start" : "end");
      const find = (): Found => {
        const all = stops();
        if (wanted !== undefined) {
          return all.find((stop) => stop.dataset.stop === wanted) ?? "not drawn yet";
        }
        const at = all.indexOf(target);
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[key] ?? at;
        const stop = all[to] ?? null;
        const isStep = Math.abs(to - at) === 1;
        return stop !== null && isStep && isGap(target, stop) ? "not drawn yet" : stop;
      };
      focusFrom(target, find);
    },
  };
}

/** The stop to go to; null where there is none. */
type Found = HTMLElement | "not drawn yet" | null;

/** Gives the focus of `from` to a stop as soon as it is there, unless it went elsewhere meanwhile. */
function focusFrom(from: HTMLElement, find: () => Found, frames = MOST_FRAMES): void {
  const stop = find();
  if (stop === null || document.activeElement !== from) return;
  if (stop !== "not drawn yet") stop.focus();
  // What was drawn just now stays hidden until it was measured, and takes no focus so long.
  if (document.activeElement === from && stop !== from && frames > 0) {
    requestAnimationFrame(() => focusFrom(from, find, frames - 1));
  }
}

const KEYS: ReadonlySet<string> = new Set(["ArrowDown", "ArrowUp", "Home", "End"]);

/** Whether rows between two of a list are not drawn. */
function isGap(from: HTMLElement, to: HTMLElement): boolean {
  const [one, other] = [rowNumber(from), rowNumber(to)];
  return one !== null && other !== null && Math.abs(one - other) > 1;
}

/** Which row of its list a stop is in, from 1, where the list says so. */
export function rowNumber(stop: HTMLElement): number | null {
  const position = stop.closest("li")?.ariaPosInSet;
  return position ? Number(position) : null;
}

/** A list that has not drawn an end after a second has lost it meanwhile. */
const MOST_FRAMES = 60;
