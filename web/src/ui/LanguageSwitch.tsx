/** Chooses the language of the app. */

import { isLanguage, LANGUAGES } from "../core/i18n";
import styles from "./LanguageSwitch.module.css";
import { useLocale } from "./locale";

export function LanguageSwitch() {
  const { language, t, setLanguage } = useLocale();
  return (
    <fieldset className={styles.switch} aria-label={t.signIn.language}>
      {Object.entries(LANGUAGES).map(([key, name]) => (
        <button
          key={key}
          type="button"
          lang={key}
          className={styles.choice}
          aria-pressed={key === language}
          onClick={() => isLanguage(key) && setLanguage(key)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
