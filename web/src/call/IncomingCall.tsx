/** Somebody calls: who, from where, and the three answers. */

import { Pause, Phone, PhoneOff, Video } from "lucide-react";
import { useEffect } from "react";

import type { IncomingRing } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { useLocale } from "../ui/locale";
import styles from "./IncomingCall.module.css";
import { knock, startRinging } from "./ring";

type IncomingCallsProps = {
  rings: readonly IncomingRing[];
  /** It is one's quiet time: they are shown and not heard. */
  silent?: boolean;
};

export function IncomingCalls({ rings, silent = false }: IncomingCallsProps) {
  const ringing = !silent && rings.some(({ waits }) => waits === null);
  const waiting = silent ? 0 : rings.filter(({ waits }) => waits !== null).length;
  useEffect(() => (ringing ? startRinging() : undefined), [ringing]);
  useEffect(() => {
    // Once, under the voices of the call one is in.
    if (waiting > 0) knock();
  }, [waiting]);
  return (
    // Reached while a sheet is open, too.
    <div className={styles.stack} aria-live="assertive" data-react-aria-top-layer="true">
      {rings.map((ring) => (
        <IncomingCall key={ring.call} ring={ring} />
      ))}
    </div>
  );
}

export function IncomingCall({ ring }: { ring: IncomingRing }) {
  const { t } = useLocale();
  const { from, media, kind, title, waits, answer, holdAndAnswer, decline } = ring;
  const kindOfCall = media === "video" ? t.call.incomingVideo : t.call.incomingAudio;
  return (
    <section className={styles.sheet} role="alertdialog" aria-label={`${kindOfCall}: ${from.name}`}>
      <div className={styles.who}>
        <span className={styles.pulse}>
          <Avatar person={from} size={64} />
        </span>
        <div className={styles.words}>
          <p className={styles.kind}>
            {media === "video" ? <Video size={15} /> : <Phone size={15} />} {kindOfCall}
          </p>
          <p className={styles.name}>{from.name}</p>
          {waits && <p className={styles.place}>{t.call.waits[waits]}</p>}
          {kind === "group" && <p className={styles.place}>{t.call.inGroup(title)}</p>}
        </div>
      </div>
      <div className={styles.answers}>
        <button
          type="button"
          className={`${styles.answer} ${styles.no}`}
          aria-label={t.call.decline}
          onClick={decline}
        >
          <PhoneOff size={20} aria-hidden="true" /> {t.call.decline}
        </button>
        {holdAndAnswer ? (
          <InsteadOfCall answer={() => answer(media)} holdAndAnswer={holdAndAnswer} />
        ) : (
          <>
            <button
              type="button"
              className={`${styles.answer} ${media === "audio" ? styles.yes : styles.also}`}
              aria-label={t.call.acceptAudio}
              onClick={() => answer("audio")}
            >
              <Phone size={20} aria-hidden="true" /> {t.call.acceptAudioShort}
            </button>
            <button
              type="button"
              className={`${styles.answer} ${media === "video" ? styles.yes : styles.also}`}
              aria-label={t.call.acceptVideo}
              onClick={() => answer("video")}
            >
              <Video size={20} aria-hidden="true" /> {t.call.acceptVideoShort}
            </button>
          </>
        )}
      </div>
    </section>
  );
}

type InsteadOfCallProps = {
  answer: () => void;
  holdAndAnswer: () => void;
};

/** The two answers of who is in a call already. */
function InsteadOfCall({ answer, holdAndAnswer }: InsteadOfCallProps) {
  const { t } = useLocale();
  return (
    <>
      <button type="button" className={`${styles.answer} ${styles.also}`} onClick={answer}>
        <Phone size={20} aria-hidden="true" /> {t.call.leaveAndAnswer}
      </button>
      <button type="button" className={`${styles.answer} ${styles.yes}`} onClick={holdAndAnswer}>
        <Pause size={20} aria-hidden="true" /> {t.call.holdAndAnswer}
      </button>
    </>
  );
}
