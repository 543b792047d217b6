/** The call of this tab: who is in it, its controls, and the chat beside it. */

import {
  CircleAlert,
  MessageCircle,
  Mic,
  MicOff,
  Minimize2,
  PhoneOff,
  Volume2,
} from "lucide-react";
import type { ReactNode } from "react";

import type { CurrentCall, DeviceControl, ScreenControl } from "../core/model";
import { Button, IconButton } from "../ui/Button";
import { useNow } from "../ui/clock";
import { clockDuration } from "../ui/format";
import { useLocale } from "../ui/locale";
import { listNames } from "../ui/names";
import { CallAnnouncer } from "./CallAnnouncer";
import { CallControls } from "./CallControls";
import { CallEnded } from "./CallEnded";
import { CallStage } from "./CallStage";
import styles from "./CallView.module.css";
import { PresenterBar } from "./ScreenButton";
import { useCallKeys } from "./useCallKeys";

type CallViewProps = {
  call: CurrentCall;
  minimise: () => void;
  /** The conversation beside the call; null while it is put away. */
  chat: ReactNode | null;
  toggleChat: () => void;
  /** Messages in it that were not read. */
  unread: number;
};

export function CallView({ call, minimise, chat, toggleChat, unread }: CallViewProps) {
  const { t } = useLocale();
  useCallKeys(call);
  const { stage } = call;
  if (stage.kind === "ended") {
    return <CallEnded title={call.title} stage={stage} />;
  }
  const speaks = call.microphone.state.kind === "on";
  return (
    <main className={styles.call} aria-label={t.call.label(call.title)}>
      <div className={styles.stage}>
        <header className={styles.head}>
          <IconButton label={t.call.minimise} look="stage" onPress={minimise}>
            <Minimize2 size={19} />
          </IconButton>
          <div className={styles.words}>
            <h1 className={styles.title}>{call.title}</h1>
            <Progress call={call} />
          </div>
          <span className={styles.besideChat}>
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
          </span>
          <span className={styles.chatButton}>
            <IconButton
              label={chat === null ? t.call.showChat : t.call.hideChat}
              look={chat === null ? "stage" : "lit"}
              pressed={chat !== null}
              onPress={toggleChat}
            >
              <MessageCircle size={20} />
            </IconButton>
            {unread > 0 && chat === null && (
              <span className={styles.unread} role="img" aria-label={t.list.unread(unread)} />
            )}
          </span>
        </header>
        <PresenterBar screen={call.screen} />
        <CallStage call={call} />
        <div className={styles.messages} role="status">
          <Refusal control={call.microphone} name={t.call.microphone} />
          <Refusal control={call.camera} name={t.call.camera} />
          <Refusal control={{ state: call.screen.state }} name={t.call.screen} />
          {call.unlockSound && (
            <p className={styles.strip}>
              <Button look="primary" onPress={call.unlockSound}>
                <Volume2 size={18} /> {t.call.unlock}
              </Button>
            </p>
          )}
        </div>
        <CallControls call={call} />
        <CallAnnouncer call={call} />
      </div>
      {chat !== null && <aside className={styles.chat}>{chat}</aside>}
    </main>
  );
}

/** Where the call stands: who it rings at, or how long it has lasted. */
export function Progress({ call }: { call: CurrentCall }) {
  const { t } = useLocale();
  const { stage, answeredAt } = call;
  const now = useNow(SECOND_MS);
  if (stage.kind === "connected" && answeredAt !== null) {
    return (
      <p className={styles.progress} role="timer" aria-label={t.call.timer}>
        {clockDuration(now - answeredAt)}
      </p>
    );
  }
  const ringing = call.rings
    .filter((ring) => ring.state === "ringing")
    .map(({ person, busy }) =>
      busy ? { ...person, name: t.call.inOtherCall(person.name) } : person,
    );
  const words = {
    joining: t.call.joining,
    ringing: ringing.length > 0 ? t.call.waitingFor(listNames(ringing, t)) : t.call.alone,
    connected: t.call.alone,
    reconnecting: t.call.reconnecting,
    ended: t.call.over,
  };
  return (
    <p className={styles.progress} aria-live="polite">
      {words[stage.kind]}
    </p>
  );
}

type RefusalProps = {
  control: {
    state: DeviceControl["state"] | ScreenControl["state"];
    toggle?: DeviceControl["toggle"];
  };
  name: string;
};

/** Why a device cannot be used, and what helps. */
function Refusal({ control, name }: RefusalProps) {
  const { t } = useLocale();
  if (control.state.kind !== "refused") return null;
  return (
    <p className={styles.strip}>
      <CircleAlert size={17} aria-hidden="true" className={styles.stripIcon} />
      <span>
        <strong>{name}:</strong> {t.call.refused[control.state.reason]}
      </span>
      {control.toggle && (
        <button type="button" className={styles.again} onClick={control.toggle}>
          {t.call.tryAgain}
        </button>
      )}
    </p>
  );
}

const SECOND_MS = 1_000;
