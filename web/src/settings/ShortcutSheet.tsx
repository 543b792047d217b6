/** Tells which keys do what, from the table that also does it. */

import { keysOf, SHORTCUTS } from "../core/shortcuts";
import { Keys } from "../ui/Key";
import { useLocale } from "../ui/locale";
import { usePreferences } from "../ui/preferences";
import { Sheet } from "../ui/Sheet";
import styles from "./ShortcutSheet.module.css";

type ShortcutSheetProps = {
  close: () => void;
};

export function ShortcutSheet({ close }: ShortcutSheetProps) {
  const { t } = useLocale();
  const { singleKeys } = usePreferences();
  return (
    <Sheet title={t.shortcuts.title} close={close}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and holds nothing that takes the focus. */}
      <div className={styles.body} tabIndex={0}>
        {!singleKeys && <p className={styles.note}>{t.shortcuts.off}</p>}
        {GROUPS.map((group) => (
          <section key={group}>
            <h3 className={styles.heading}>{t.shortcuts.groups[group]}</h3>
            <dl className={styles.list}>
              {SHORTCUTS.filter((shortcut) => shortcut.group === group).map((shortcut) => (
                <div key={shortcut.id} className={styles.line}>
                  <dt>{t.shortcuts.does[shortcut.id]}</dt>
                  <dd className={styles.keys}>
                    {shortcut.held && <span className={styles.hold}>{t.shortcuts.hold}</span>}
                    <Keys keys={keysOf(shortcut, t)} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Sheet>
  );
}

const GROUPS = ["anywhere", "writing", "call"] as const;
