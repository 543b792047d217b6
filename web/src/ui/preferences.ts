/** Hands what was set for this browser to every component. */

import { createContext, useContext } from "react";

import type { Preferences } from "../core/preferences";

/** Set once, around the whole app. */
export const PreferencesContext = createContext<Preferences>({
  theme: "system",
  setTheme: () => undefined,
  contrast: false,
  setContrast: () => undefined,
  singleKeys: true,
  dataSaver: false,
  setDataSaver: () => {},
  listWidth: null,
  setListWidth: () => {},
  setSingleKeys: () => undefined,
});

/** What was set, with the ways to change it. */
export function usePreferences(): Preferences {
  return useContext(PreferencesContext);
}
