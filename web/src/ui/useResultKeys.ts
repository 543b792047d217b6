/** The keys of a field and of what was found below it. */

import type { FocusEvent, KeyboardEvent, RefObject } from "react";

import { type RovingOptions, rowNumber, useRoving } from "./useRoving";

export type ResultKeys = {
  /** The box with what was found, each a stop (`data-stop`). */
  box: RefObject<HTMLDivElement | null>;
  /** Arrow-Down goes from the field to the first. */
  fieldKeys: (event: KeyboardEvent) => void;
  /** Arrows go through them, and back to the field from the first; Escape does at once. */
  boxKeys: (event: KeyboardEvent) => void;
  onFocus: (event: FocusEvent) => void;
  /** Enter in the field takes the first. */
  openFirst: () => void;
};

export function useResultKeys(
  field: RefObject<HTMLInputElement | null>,
  options: RovingOptions = {},
): ResultKeys {
  const { box, onKeyDown, onFocus } = useRoving<HTMLDivElement>(options);
  const first = (): HTMLElement | null =>
    box.current?.querySelector<HTMLElement>("[data-stop]") ?? null;
  return {
    box,
    onFocus,
    fieldKeys: (event) => {
      if (event.key !== "ArrowDown" || event.target !== field.current) return;
      const stop = first();
      if (stop === null) return;
      event.preventDefault();
      stop.focus();
    },
    boxKeys: (event) => {
      const { target, key } = event;
      const isStop = target instanceof HTMLElement && target.dataset.stop !== undefined;
      const isTop = isStop && target === first() && (rowNumber(target) ?? 1) === 1;
      const isBack = key === "Escape" || (key === "ArrowUp" && isTop);
      if (isStop && isBack && field.current !== null) {
        event.preventDefault();
        // A dialog around it would close by it.
        event.stopPropagation();
        field.current.focus();
        return;
      }
      onKeyDown(event);
    },
    openFirst: () => first()?.click(),
  };
}
