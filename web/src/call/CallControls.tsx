/** What one does in a call, in one row; where the row is short, the rarer things are under "More". */

import { Mic, MicOff, PhoneOff, Video, VideoOff } from "lucide-react";
import { useEffect, useState } from "react";

import type { CurrentCall } from "../core/model";
import { PeopleSheet } from "../lazy";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { useShortcuts } from "../ui/useShortcuts";
import styles from "./CallControls.module.css";
import { DeviceButton } from "./DeviceButton";
import { HandButton, PeopleButton, ReactButton } from "./FloorControls";
import { MoreButton } from "./MoreButton";
import { ScreenButton } from "./ScreenButton";
import { useBoxSize } from "./useBoxSize";

type CallControlsProps = {
  call: CurrentCall;
  /** Shows the call in a window of its own; undefined where there are none. */
  popOut: (() => void) | undefined;
};

export function CallControls({ call, popOut }: CallControlsProps) {
  const { t } = useLocale();
  const { box, width } = useBoxSize();
  const [people, setPeople] = useState(false);
  const settled = useSettled();
  const { microphone, camera, leave, floor } = call;
  const compact = width < LEAST_WITH_ALL_PX;
  const speaks = microphone.state.kind === "on";
  const shows = camera.state.kind === "on";
  const showPeople = (): void => setPeople(true);
  useShortcuts({ hand: floor.hand.toggle, people: showPeople });
  return (
    <footer ref={box} className={styles.controls} data-compact={compact}>
      <DeviceButton
        control={microphone}
        label={speaks ? t.call.mute : t.call.unmute}
        chooseLabel={t.call.microphones}
        speaker={call.speaker}
        icon={speaks ? <Mic size={23} /> : <MicOff size={23} />}
        compact={compact}
      />
      <DeviceButton
        control={camera}
        label={shows ? t.call.cameraStop : t.call.cameraStart}
        chooseLabel={t.call.cameras}
        icon={shows ? <Video size={23} /> : <VideoOff size={23} />}
        compact={compact}
      />
      {!compact && <ScreenButton screen={call.screen} />}
      {!compact && <HandButton floor={floor} />}
      <ReactButton floor={floor} />
      {!compact && <PeopleButton call={call} show={showPeople} />}
      <MoreButton call={call} compact={compact} showPeople={showPeople} popOut={popOut} />
      <span className={styles.leave}>
        <IconButton
          label={t.call.leaveCall}
          look="danger"
          size="large"
          onPress={settled ? leave : undefined}
        >
          <PhoneOff size={23} />
        </IconButton>
      </span>
      {people && <PeopleSheet call={call} close={() => setPeople(false)} />}
    </footer>
  );
}

/**
 * False for a moment after the row appeared: on a phone "Join now" was just pressed where "Leave"
 * comes to lie, and a second tap of the same finger must not leave again.
 */
function useSettled(): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLING_MS);
    return () => clearTimeout(timer);
  }, []);
  return settled;
}

/** Longer than the second tap of a double tap comes after the first. */
const SETTLING_MS = 600;

/** From this width on all have room beside each other, in CSS pixels. */
const LEAST_WITH_ALL_PX = 600;
