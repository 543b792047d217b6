/** What a person set for this browser: how it looks, and whether single keys do something. */

import type { Environment, KeyValue } from "./environment";
import { Store } from "./store";

/** Day, night, or as the system says. */
export const THEMES = ["system", "light", "dark"] as const;

export type Theme = (typeof THEMES)[number];

/** The settings of this browser, with the ways to change them. */
export type Preferences = {
  theme: Theme;
  setTheme: (theme: Theme) => void;
  /** More contrast than the system asks for. */
  contrast: boolean;
  setContrast: (more: boolean) => void;
  /** Whether a key without Ctrl, Alt or Meta is a shortcut (WCAG 2.1.4 wants it to be a choice). */
  singleKeys: boolean;
  setSingleKeys: (on: boolean) => void;
  /** In calls one voice and no pictures, for those who pay by the megabyte. */
  dataSaver: boolean;
  setDataSaver: (on: boolean) => void;
  /** Of the list of conversations, in CSS pixels; null follows the window. */
  listWidth: number | null;
  setListWidth: (width: number) => void;
};

/** Reads what was set, and keeps what is. */
export function createPreferences({
  page,
  shared,
}: Pick<Environment, "page" | "shared">): Store<Preferences> {
  const draw = (): Preferences => {
    const theme = shared.getItem(THEME_KEY);
    return {
      theme: THEMES.find((known) => known === theme) ?? "system",
      setTheme: (next) => set(THEME_KEY, next === "system" ? null : next),
      contrast: shared.getItem(CONTRAST_KEY) === MORE,
      setContrast: (more) => set(CONTRAST_KEY, more ? MORE : null),
      singleKeys: shared.getItem(SINGLE_KEYS_KEY) !== OFF,
      setSingleKeys: (on) => set(SINGLE_KEYS_KEY, on ? null : OFF),
      dataSaver: savesData(shared),
      setDataSaver: (on) => set(DATA_SAVER_KEY, on ? ON : null),
      listWidth: Number(shared.getItem(LIST_WIDTH_KEY)) || null,
      setListWidth: (width) => set(LIST_WIDTH_KEY, String(width)),
    };
  };
  const set = (key: string, value: string | null): void => {
    if (value === null) shared.removeItem(key);
    else shared.setItem(key, value);
    page.dress();
    store.set(draw());
  };
  const store = new Store(draw());
  return store;
}

/** Whether calls on this device take as little as possible. */
export function savesData(shared: KeyValue): boolean {
  return shared.getItem(DATA_SAVER_KEY) === ON;
}

/** `public/theme.js` reads the first two before the app is there. */
const THEME_KEY = "palabre.theme";
const CONTRAST_KEY = "palabre.contrast";
const SINGLE_KEYS_KEY = "palabre.single-keys";

const DATA_SAVER_KEY = "palabre.data-saver";
const LIST_WIDTH_KEY = "palabre.list-width";

const ON = "on";
const MORE = "more";
const OFF = "off";
