/** The languages of the app: which there are, which is in use, and what it says. */

import { type Catalogue, en } from "./en";
import { fr } from "./fr";

export type { Catalogue } from "./en";

/** Each language with its own name for itself. */
export const LANGUAGES = { en: "English", fr: "Français" } as const;

export type Language = keyof typeof LANGUAGES;

/** Where a line begins: at the left or at the right. */
export type Direction = "ltr" | "rtl";

/** The texts of a language. */
export function catalogue(language: Language): Catalogue {
  return CATALOGUES[language];
}

/** Where a line of that language begins. */
export function direction(language: Language): Direction {
  return DIRECTIONS[language];
}

/** The first of the person's languages that there are texts in; English when there is none. */
export function preferred(languages: readonly string[]): Language {
  for (const tag of languages) {
    const language = tag.split("-", 1)[0]?.toLowerCase();
    if (isLanguage(language)) return language;
  }
  return "en";
}

/** Whether a stored or foreign value names a language there are texts in. */
export function isLanguage(value: unknown): value is Language {
  return typeof value === "string" && Object.hasOwn(LANGUAGES, value);
}

const DIRECTIONS: Record<Language, Direction> = { en: "ltr", fr: "ltr" };
const CATALOGUES: Record<Language, Catalogue> = { en, fr };
