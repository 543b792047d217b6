/** Guests knock: who, where, and the two answers. It stands above everything, as a ring does. */

import { UserCheck, UserX } from "lucide-react";
import { useEffect } from "react";

import { knock } from "../call/ring";
import type { LobbyView } from "../core/model";
import { Button } from "../ui/Button";
import { CornerCard, CornerGroup } from "../ui/Corner";
import { useLocale } from "../ui/locale";
import styles from "./LobbyCalls.module.css";

export function LobbyCalls({ lobbies }: { lobbies: readonly LobbyView[] }) {
  const { t } = useLocale();
  const waiting = lobbies.flatMap((lobby) =>
    lobby.waiting.map((guest) => ({ ...guest, title: lobby.title })),
  );
  const newest = Math.max(0, ...waiting.map(({ since }) => since));
  useEffect(() => {
    if (newest > 0) knock();
  }, [newest]);
  return (
    <CornerGroup label={t.guest.lobby}>
      {waiting.slice(0, MOST).map(({ person, name, title, admit, refuse }) => (
        <CornerCard
          key={person}
          answers={
            <>
              <Button look="soft" size="small" onPress={refuse}>
                <UserX size={18} /> {t.guest.refuse}
              </Button>
              <Button look="primary" size="small" onPress={admit}>
                <UserCheck size={18} /> {t.guest.admit}
              </Button>
            </>
          }
        >
          <p className={styles.words}>
            <strong>{t.guest.wants(name, title)}</strong>
            <span className={styles.hint}>{t.guest.unchecked}</span>
          </p>
        </CornerCard>
      ))}
    </CornerGroup>
  );
}

/** Shown at the same time: the rest follow when these were answered. */
const MOST = 3;
