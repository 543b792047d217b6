/**
 * The keys that do something: one table for those who press them and for the sheet that tells of
 * them, so that the two cannot differ.
 */

import type { Catalogue } from "./i18n";

/** What a key can do. */
export type ShortcutId = keyof Catalogue["shortcuts"]["does"];

/** One shortcut. */
export type Shortcut = {
  id: ShortcutId;
  group: keyof Catalogue["shortcuts"]["groups"];
  /** As `KeyboardEvent.key` has it; one letter is the same in either case. */
  key: string;
  alt?: boolean;
  /** Does its work as long as the key is down. */
  held?: true;
};

/** All of them, in the order of the sheet. */
export const SHORTCUTS: readonly Shortcut[] = [
  { id: "search", group: "anywhere", key: "/" },
  { id: "find", group: "anywhere", key: "f" },
  { id: "newConversation", group: "anywhere", key: "n" },
  { id: "next", group: "anywhere", key: "ArrowDown", alt: true },
  { id: "previous", group: "anywhere", key: "ArrowUp", alt: true },
  { id: "help", group: "anywhere", key: "?" },
  { id: "close", group: "anywhere", key: "Escape" },
  { id: "send", group: "writing", key: "Enter" },
  { id: "microphone", group: "call", key: "m" },
  { id: "camera", group: "call", key: "v" },
  { id: "screen", group: "call", key: "s" },
  { id: "hand", group: "call", key: "h" },
  { id: "people", group: "call", key: "p" },
  { id: "speaking", group: "call", key: "w" },
  { id: "talk", group: "call", key: " ", held: true },
];

/** What of a keyboard event matters here. */
export type KeyPress = Pick<
  KeyboardEvent,
  "key" | "altKey" | "ctrlKey" | "metaKey" | "repeat" | "isComposing"
>;

/**
 * The shortcut that a press is, if it is one now.
 *
 * `writing` says that the key goes into a text, a menu or a control that has a use for it;
 * `singleKeys` that keys without Alt may be shortcuts at all (WCAG 2.1.4).
 */
export function shortcutOf(
  press: KeyPress,
  { writing, singleKeys }: { writing: boolean; singleKeys: boolean },
): Shortcut | undefined {
  if (press.ctrlKey || press.metaKey || press.repeat || press.isComposing) return undefined;
  const shortcut = SHORTCUTS.find(
    ({ key, alt = false }) => alt === press.altKey && key === lower(press.key),
  );
  if (shortcut === undefined || isLocal(shortcut)) return undefined;
  if (shortcut.alt) return shortcut;
  return writing || !singleKeys ? undefined : shortcut;
}

/** The one key of a shortcut that is a letter, as it is printed on a keyboard; for names of buttons. */
export function letterOf(id: ShortcutId): string | undefined {
  return SHORTCUTS.find((shortcut) => shortcut.id === id)?.key.toUpperCase();
}

/** The keys of a shortcut as they are printed on a keyboard. */
export function keysOf({ key, alt = false }: Shortcut, t: Catalogue): string[] {
  const named: Readonly<Record<string, string>> = {
    " ": t.shortcuts.keys.space,
    ArrowDown: "↓",
    ArrowUp: "↑",
    Enter: t.shortcuts.keys.enter,
    Escape: t.shortcuts.keys.escape,
  };
  const name = named[key] ?? key.toUpperCase();
  return alt ? ["Alt", name] : [name];
}

/** Whoever has the focus handles these: a dialog, a menu, the composer. */
function isLocal({ id }: Shortcut): boolean {
  return id === "close" || id === "send";
}

function lower(key: string): string {
  return key.length === 1 ? key.toLowerCase() : key;
}
