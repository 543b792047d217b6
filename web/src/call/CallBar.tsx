/** What is left of a call in the page while it is in a window of its own. */

import { Maximize2, Mic, MicOff, PhoneOff } from "lucide-react";

import type { CurrentCall } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./CallBar.module.css";
import { CallProgress } from "./CallProgress";
import { useCallKeys } from "./useCallKeys";

type CallBarProps = {
  call: CurrentCall;
  restore: () => void;
};

export function CallBar({ call, restore }: CallBarProps) {
  const { t } = useLocale();
  useCallKeys(call);
  const speaks = call.microphone.state.kind === "on";
  return (
    <section className={styles.bar} aria-label={t.call.label(call.title)}>
      <button
        type="button"
        className={styles.words}
        aria-label={`${t.call.restore}: ${call.title}`}
        onClick={restore}
      >
        <Maximize2 size={18} aria-hidden="true" />
        <span className={styles.title}>{call.title}</span>
      </button>
      <CallProgress call={call} />
      <IconButton
        label={speaks ? t.call.mute : t.call.unmute}
        look={speaks ? "stage" : "lit"}
        onPress={call.microphone.toggle}
      >
        {speaks ? <Mic size={19} /> : <MicOff size={19} />}
      </IconButton>
      <IconButton label={t.call.leaveCall} look="danger" onPress={call.leave}>
        <PhoneOff size={19} />
      </IconButton>
    </section>
  );
}
