/** The call of this tab: who is in it, its controls, and the chat beside it. */

import {
  CircleAlert,
  Maximize2,
  MessageCircle,
  Mic,
  MicOff,
  Minimize2,
  PanelRight,
  PhoneOff,
  Volume2,
} from "lucide-react";
import type { ReactNode } from "react";

import type { CurrentCall, DeviceControl, ScreenControl } from "../core/model";
import { Button, IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { CallAnnouncer } from "./CallAnnouncer";
import { CallControls } from "./CallControls";
import { CallEnded } from "./CallEnded";
import { CallProgress } from "./CallProgress";
import { CallStage } from "./CallStage";
import styles from "./CallView.module.css";
import { PresenterBar } from "./ScreenButton";
import { useCallKeys } from "./useCallKeys";
import { WeakConnection } from "./WeakConnection";

type CallViewProps = {
  call: CurrentCall;
  /** All of the window, or a panel beside the conversations. */
  place: "full" | "side";
  /** Takes the other one of the two places; undefined where the window has room for one. */
  move: (() => void) | undefined;
  minimise: () => void;
  /** Shows it in a window of its own; undefined where there are none. */
  popOut: (() => void) | undefined;
  /** The conversation beside the call; null while it is put away. */
  chat: ReactNode | null;
  /** Undefined beside the conversations: they are there. */
  toggleChat: (() => void) | undefined;
  /** Messages in it that were not read. */
  unread: number;
};

export function CallView({
  call,
  place,
  move,
  minimise,
  popOut,
  chat,
  toggleChat,
  unread,
}: CallViewProps) {
  const { t } = useLocale();
  useCallKeys(call);
  const { stage } = call;
  if (stage.kind === "ended") {
    return <CallEnded title={call.title} stage={stage} />;
  }
  const large = place === "full";
  // Beside the conversations, they are the main place.
  const Place = large ? "main" : "section";
  const speaks = call.microphone.state.kind === "on";
  return (
    <Place className={styles.call} aria-label={t.call.label(call.title)}>
      <div className={styles.stage}>
        <header className={styles.head}>
          <IconButton label={t.call.minimise} look="stage" onPress={minimise}>
            <Minimize2 size={19} />
          </IconButton>
          <div className={styles.words}>
            <h1 className={styles.title}>{call.title}</h1>
            <p>
              <CallProgress call={call} />
            </p>
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
          {move && (
            <IconButton label={large ? t.call.toSide : t.call.restore} look="stage" onPress={move}>
              {large ? <PanelRight size={19} /> : <Maximize2 size={19} />}
            </IconButton>
          )}
          {toggleChat && <ChatButton shown={chat !== null} toggle={toggleChat} unread={unread} />}
        </header>
        <PresenterBar screen={call.screen} />
        <CallStage call={call} />
        <div className={styles.messages} role="status">
          <WeakConnection quality={call.quality} />
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
        <CallControls call={call} popOut={popOut} />
        <CallAnnouncer call={call} />
      </div>
      {chat !== null && <aside className={styles.chat}>{chat}</aside>}
    </Place>
  );
}

type ChatButtonProps = {
  shown: boolean;
  toggle: () => void;
  unread: number;
};

function ChatButton({ shown, toggle, unread }: ChatButtonProps) {
  const { t } = useLocale();
  return (
    <span className={styles.chatButton}>
      <IconButton
        label={shown ? t.call.hideChat : t.call.showChat}
        look={shown ? "lit" : "stage"}
        pressed={shown}
        onPress={toggle}
      >
        <MessageCircle size={20} />
      </IconButton>
      {unread > 0 && !shown && (
        <span className={styles.unread} role="img" aria-label={t.list.unread(unread)} />
      )}
    </span>
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
