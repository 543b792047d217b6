/** Waiting to be let in, or being turned away. */

import type { GuestView } from "../core/model";
import { Button } from "../ui/Button";
import { LanguageSwitch } from "../ui/LanguageSwitch";
import { useLocale } from "../ui/locale";
import { Mark } from "../ui/Mark";
import { Spinner } from "../ui/Spinner";
import styles from "./Guest.module.css";

export function GuestLobby({ guest }: { guest: GuestView }) {
  const { t } = useLocale();
  const waits = guest.state === "waiting";
  return (
    <main className={styles.page}>
      <section className={styles.card}>
        <header className={styles.head}>
          <Mark size={72} />
          <h1 className={styles.title} role="status">
            {waits ? t.guest.waitingTitle(guest.title) : t.guest.refusedTitle}
          </h1>
          <p className={styles.text}>{waits ? t.guest.waitingText : t.guest.refusedText}</p>
          {waits && <Spinner size={32} />}
        </header>
        <Button look="soft" wide onPress={guest.leave}>
          {t.guest.leave}
        </Button>
      </section>
      <LanguageSwitch />
    </main>
  );
}
