/** Records a voice message in place of the field: how long, how loud, away with it, or off it goes. */

import { SendHorizontal, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import type { PickedFile } from "../core/model";
import { IconButton } from "../ui/Button";
import { clockDuration } from "../ui/format";
import { useLocale } from "../ui/locale";
import { useRecorder } from "./useRecorder";
import { Waveform } from "./VoicePlayer";
import styles from "./VoiceRecorder.module.css";

type VoiceRecorderProps = {
  send: (voice: PickedFile) => void;
  close: () => void;
};

export function VoiceRecorder({ send, close }: VoiceRecorderProps) {
  const { t } = useLocale();
  const { state, durationMs, recent, finish } = useRecorder();
  const [finishing, setFinishing] = useState(false);
  const bar = useRef<HTMLFieldSetElement>(null);
  useEffect(() => bar.current?.focus(), []);
  const done = (): void => {
    setFinishing(true);
    void finish().then((voice) => {
      if (voice !== null) send(voice);
      close();
    });
  };
  return (
    <fieldset
      ref={bar}
      tabIndex={-1}
      className={styles.recorder}
      aria-label={t.files.recording}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <IconButton label={t.files.recordCancel} onPress={close}>
        <Trash2 size={20} />
      </IconButton>
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
          <span className={styles.level}>
            <Waveform bars={recent} at={1} />
          </span>
        </>
      )}
      <IconButton
        look="primary"
        label={t.files.recordSend}
        onPress={state.kind === "recording" && !finishing ? done : undefined}
      >
        <SendHorizontal size={20} className="flips" />
      </IconButton>
    </fieldset>
  );
}
