import { expect, test, vi } from "vitest";

import type { Environment } from "./environment";
import { createPreferences } from "./preferences";

function environment(stored: Record<string, string> = {}) {
  const kept = new Map(Object.entries(stored));
  const dress = vi.fn();
  const shared = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  return { environment: { shared, page: { dress } } as unknown as Environment, dress, kept };
}

test("without a choice the system decides and single keys work", () => {
  const { environment: browser } = environment();

  expect(createPreferences(browser).get()).toMatchObject({
    theme: "system",
    contrast: false,
    singleKeys: true,
    dataSaver: false,
    listWidth: null,
  });
});

test("a choice is kept, shown at once and drawn at once", () => {
  const { environment: browser, dress, kept } = environment();
  const preferences = createPreferences(browser);

  preferences.get().setTheme("dark");
  preferences.get().setContrast(true);
  preferences.get().setSingleKeys(false);
  preferences.get().setListWidth(420);

  expect(preferences.get()).toMatchObject({ theme: "dark", contrast: true, singleKeys: false });
  expect(createPreferences(browser).get()).toMatchObject({
    theme: "dark",
    contrast: true,
    listWidth: 420,
  });
  expect(dress).toHaveBeenCalledTimes(4);
  expect(kept.get("palabre.theme")).toBe("dark");
});

test("going back to the system leaves nothing behind", () => {
  const { environment: browser, kept } = environment({ "palabre.theme": "light" });
  const preferences = createPreferences(browser);

  preferences.get().setTheme("system");

  expect(kept.size).toBe(0);
});

test("a value that nobody could have chosen counts as none", () => {
  const { environment: browser } = environment({ "palabre.theme": "sepia" });

  expect(createPreferences(browser).get().theme).toBe("system");
});
