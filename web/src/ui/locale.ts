/** Hands the language in use to every component. */

import { createContext, useContext } from "react";

import { catalogue } from "../core/i18n";
import type { Locale } from "../core/model";

/** Set once, around the whole app. */
export const LocaleContext = createContext<Locale>({
  language: "en",
  direction: "ltr",
  t: catalogue("en"),
  setLanguage: () => undefined,
});

/** The texts and the language in use. */
export function useLocale(): Locale {
  return useContext(LocaleContext);
}
