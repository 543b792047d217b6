import { expect, test } from "vitest";

import { catalogue } from "./i18n";
import { type KeyPress, keysOf, SHORTCUTS, shortcutOf } from "./shortcuts";

const idle = { writing: false, singleKeys: true };

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    repeat: false,
    isComposing: false,
    ...more,
  };
}

test("a letter is a shortcut in either case", () => {
  expect(shortcutOf(press("m"), idle)?.id).toBe("microphone");
  expect(shortcutOf(press("M"), idle)?.id).toBe("microphone");
});

test("what one writes is never a shortcut, and Alt with an arrow is one even then", () => {
  const writing = { ...idle, writing: true };

  expect(shortcutOf(press("m"), writing)).toBeUndefined();
  expect(shortcutOf(press("?"), writing)).toBeUndefined();
  expect(shortcutOf(press("ArrowDown", { altKey: true }), writing)?.id).toBe("next");
});

test("who turned single keys off is left alone by them", () => {
  const off = { ...idle, singleKeys: false };

  for (const { id, key, alt = false } of SHORTCUTS) {
    const found = shortcutOf(press(key, { altKey: alt }), off);
    expect(found?.id, id).toBe(alt ? id : undefined);
  }
});

test("keys of the browser, keys held down and keys of an input method stay theirs", () => {
  expect(shortcutOf(press("n", { ctrlKey: true }), idle)).toBeUndefined();
  expect(shortcutOf(press("n", { metaKey: true }), idle)).toBeUndefined();
  expect(shortcutOf(press("m", { repeat: true }), idle)).toBeUndefined();
  expect(shortcutOf(press("/", { isComposing: true }), idle)).toBeUndefined();
});

test("no two shortcuts share their keys, and each can be printed in each language", () => {
  const english = SHORTCUTS.map((shortcut) => keysOf(shortcut, catalogue("en")).join("+"));

  expect(new Set(english).size).toBe(SHORTCUTS.length);
  expect(english).toContain("Alt+↓");
  expect(keysOf({ id: "talk", group: "call", key: " " }, catalogue("fr"))).toEqual(["Espace"]);
});

test("every text of the sheet belongs to a shortcut", () => {
  const said = Object.keys(catalogue("en").shortcuts.does);

  expect(said.toSorted()).toEqual(SHORTCUTS.map(({ id }) => id).toSorted());
});
