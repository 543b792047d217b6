/** Chooses the language of the app. */

import { isLanguage, LANGUAGES } from "../core/i18n";
import { useLocale } from "./locale";
import { Segmented } from "./Segmented";

export function LanguageSwitch() {
  const { language, t, setLanguage } = useLocale();
  return (
    <Segmented
      label={t.signIn.language}
      value={language}
      onChange={(next) => isLanguage(next) && setLanguage(next)}
      segments={Object.entries(LANGUAGES).map(([key, name]) => ({
        value: key,
        label: name,
        lang: key,
      }))}
    />
  );
}
