/** Somebody wants one's attention, or asks whether they may: above everything, as a ring is. */

import { BellRing } from "lucide-react";
import { useEffect } from "react";

import type { BeepAsk, IncomingBeep } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { CornerCard, CornerGroup } from "../ui/Corner";
import { useLocale } from "../ui/locale";
import styles from "./BeepCalls.module.css";
import { beepOnce } from "./sound";

type BeepCallsProps = {
  beeps: readonly IncomingBeep[];
  asks: readonly BeepAsk[];
};

export function BeepCalls({ beeps, asks }: BeepCallsProps) {
  const { t } = useLocale();
  const [first] = beeps.filter(({ silent }) => !silent).map(({ key }) => key);
  useEffect(() => {
    if (first !== undefined) beepOnce();
  }, [first]);
  return (
    <CornerGroup label={t.beep.region}>
      {beeps.map((beep) => (
        <Beep key={beep.key} beep={beep} />
      ))}
      {asks.slice(0, MOST_ASKS).map((ask) => (
        <Ask key={ask.from.id} ask={ask} />
      ))}
    </CornerGroup>
  );
}

function Beep({ beep: { from, why, open, dismiss } }: { beep: IncomingBeep }) {
  const { t } = useLocale();
  return (
    <CornerCard
      calling
      answers={
        <>
          <Button look="soft" onPress={dismiss}>
            {t.beep.dismiss}
          </Button>
          <Button look="primary" onPress={open}>
            {t.beep.open}
          </Button>
        </>
      }
    >
      <div className={styles.who}>
        <span className={styles.pulse}>
          <Avatar person={from} size={52} />
        </span>
        <p className={styles.words}>
          <strong>
            <BellRing size={16} aria-hidden="true" /> {t.beep.incoming(from.name)}
          </strong>
          {why !== null && <span className={styles.why}>{why}</span>}
        </p>
      </div>
    </CornerCard>
  );
}

function Ask({ ask: { from, answer } }: { ask: BeepAsk }) {
  const { t } = useLocale();
  return (
    <CornerCard
      answers={
        <>
          <Button look="soft" onPress={answer && (() => answer(false))}>
            {t.beep.refuse}
          </Button>
          <Button look="primary" onPress={answer && (() => answer(true))}>
            {t.beep.allow}
          </Button>
        </>
      }
    >
      <div className={styles.who}>
        <Avatar person={from} size={44} />
        <p className={styles.words}>
          <strong>{t.beep.asks(from.name)}</strong>
          <span className={styles.hint}>{t.beep.asksHint}</span>
        </p>
      </div>
    </CornerCard>
  );
}

/** Shown at the same time: the rest follow when these were answered. */
const MOST_ASKS = 2;
