/** The first stop of a keyboard: past the list, to what one came for. */

import { useLocale } from "./locale";
import styles from "./SkipLink.module.css";

export function SkipLink() {
  const { t } = useLocale();
  return (
    // A link would change the address, which says what conversation is open.
    <button type="button" className={styles.skip} onClick={toMain}>
      {t.ui.skip}
    </button>
  );
}

function toMain(): void {
  const main = document.querySelector("main");
  if (main === null) return;
  main.tabIndex = -1;
  main.focus();
}
