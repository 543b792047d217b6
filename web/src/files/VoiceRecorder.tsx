/** Records a voice message in place of the field: how long, how loud, away with it, or off it goes. */

import { ChevronLeft, ChevronUp, Lock, SendHorizontal, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import type { PickedFile } from "../core/model";
import { IconButton } from "../ui/Button";
import { clockDuration } from "../ui/format";
import { useLocale } from "../ui/locale";
import type { Slide } from "./useHold";
import { useRecorder } from "./useRecorder";
import { Waveform } from "./VoicePlayer";
import styles from "./VoiceRecorder.module.css";

type VoiceRecorderProps = {
  /** `open` is ended by its buttons, `held` by letting go of what is held, after which it is `released`. */
  mode: "open" | "held" | "released";
  /** How far the finger has slid. */
  slide: Slide | null;
  send: (voice: PickedFile) => void;
  /** `short` when there was too little to send. */
  close: (why: "done" | "short") => void;
  /** It cannot be sent yet: the buttons decide. */
  open: () => void;
};

export function VoiceRecorder({ mode, slide, send, close, open }: VoiceRecorderProps) {
  const { t } = useLocale();
  const { state, durationMs, recent, finish } = useRecorder();
  const [finishing, setFinishing] = useState(false);
  const bar = useRef<HTMLFieldSetElement>(null);
  // What is held keeps the focus, and with it the key that is held.
  useEffect(() => {
    if (mode === "open") bar.current?.focus();
  }, [mode]);
  const done = (): void => {
    if (finishing) return;
    setFinishing(true);
    void finish().then((voice) => {
      if (voice !== null) send(voice);
      close(voice === null ? "short" : "done");
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: letting go happens once.
  useEffect(() => {
    if (mode !== "released") return;
    if (state.kind === "recording") done();
    // The browser still asks for the microphone, or has refused it.
    else open();
  }, [mode]);
  const cancel = (
    <IconButton label={t.files.recordCancel} onPress={() => close("done")}>
      <Trash2 size={20} />
    </IconButton>
  );
  return (
    <fieldset
      ref={bar}
      tabIndex={-1}
      className={styles.recorder}
      data-held={mode !== "open"}
      aria-label={t.files.recording}
      onKeyDown={(event) => {
        if (event.key === "Escape") close("done");
      }}
    >
      {mode === "open" && cancel}
      {state.kind === "refused" ? (
        <p className={styles.refused} role="alert">
          {t.files.refused[state.why]}
        </p>
      ) : (
        <>
          <span className={styles.dot} data-on={state.kind === "recording"} />
          <span className={styles.time} role="timer">
            {clockDuration(durationMs)}
          </span>
          {mode === "open" ? (
            <span className={styles.level}>
              <Waveform bars={recent} at={1} />
            </span>
          ) : (
            <Held slide={slide} />
          )}
        </>
      )}
      {mode === "open" && (
        <IconButton
          look="primary"
          label={t.files.recordSend}
          onPress={state.kind === "recording" && !finishing ? done : undefined}
        >
          <SendHorizontal size={20} className="flips" />
        </IconButton>
      )}
    </fieldset>
  );
}

/** Where the finger can go; what it is on the way to comes forward. */
function Held({ slide }: { slide: Slide | null }) {
  const { t } = useLocale();
  const { away, up } = slide ?? { away: 0, up: 0 };
  return (
    <>
      <span className={styles.away} style={{ opacity: 1 - away, "--away": away } as object}>
        <ChevronLeft size={16} className="flips" aria-hidden="true" />
        {t.files.slideToCancel}
      </span>
      <span className={styles.lock} style={{ "--up": up } as object} aria-hidden="true">
        <Lock size={18} />
        <ChevronUp size={16} />
      </span>
      <span className={styles.spoken} role="status">
        {t.files.holdHint}
      </span>
    </>
  );
}
