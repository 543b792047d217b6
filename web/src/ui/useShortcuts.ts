/** Calls what a key does, wherever on the page it is pressed. */

import { useEffect, useEffectEvent } from "react";

import { type ShortcutId, shortcutOf } from "../core/shortcuts";
import { usePreferences } from "./preferences";

/** What each shortcut does now; an absent or undefined one does nothing, and its key is free. */
export type Handlers = Partial<Record<ShortcutId, (() => void) | undefined>> & {
  /** A held key was let go. */
  release?: (id: ShortcutId) => void;
};

/** Listens in `view`: a window of its own has keys of its own. */
export function useShortcuts(handlers: Handlers, view: Window = window): void {
  const { singleKeys } = usePreferences();
  /** Returns the shortcut that was carried out. */
  const act = useEffectEvent((event: KeyboardEvent) => {
    const shortcut = shortcutOf(event, { writing: hasOwnUse(event), singleKeys });
    const handle = shortcut && handlers[shortcut.id];
    handle?.();
    return handle && shortcut;
  });
  const letGo = useEffectEvent((id: ShortcutId) => handlers.release?.(id));

  useEffect(() => {
    let held: { id: ShortcutId; key: string } | null = null;
    const release = (): void => {
      const before = held;
      held = null;
      if (before !== null) letGo(before.id);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      if (event.key === held?.key) {
        // Repeated while it is held: the page would scroll by it.
        event.preventDefault();
        return;
      }
      const shortcut = act(event);
      if (shortcut === undefined) return;
      event.preventDefault();
      if (shortcut.held) held = { id: shortcut.id, key: event.key };
    };
    const onKeyUp = (event: KeyboardEvent): void => {
      if (event.key === held?.key) release();
    };
    view.addEventListener("keydown", onKeyDown);
    view.addEventListener("keyup", onKeyUp);
    // A key that is let go elsewhere is not heard of here.
    view.addEventListener("blur", release);
    return () => {
      view.removeEventListener("keydown", onKeyDown);
      view.removeEventListener("keyup", onKeyUp);
      view.removeEventListener("blur", release);
    };
  }, [view]);
}

/** Whether what has the focus needs the key itself: a text takes all, a control takes the space bar. */
function hasOwnUse({ target, key }: KeyboardEvent): boolean {
  return within(target, TEXTS) || (key === " " && within(target, CONTROLS));
}

/** An element of another window is no `Element` of this one. */
function within(target: EventTarget | null, selector: string): boolean {
  const element = target as { closest?: (selector: string) => unknown } | null;
  return element?.closest?.(selector) != null;
}

const TEXTS =
  "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable=true], [role=menu], [role=listbox], [role=dialog], [role=alertdialog]";
const CONTROLS =
  "button, a[href], input, summary, [role=button], [role=switch], [role=radio], [role=separator]";
