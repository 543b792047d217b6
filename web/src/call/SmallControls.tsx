/** The switches that a call needs even where it is small. */

import { Mic, MicOff, PhoneOff, Video, VideoOff } from "lucide-react";

import type { CurrentCall } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";

type SmallControlsProps = {
  call: CurrentCall;
  /** Names on hover are drawn in the page alone. */
  elsewhere?: boolean;
};

export function SmallControls({ call, elsewhere = false }: SmallControlsProps) {
  const { t } = useLocale();
  const { microphone, camera, leave } = call;
  const speaks = microphone.state.kind === "on";
  const shows = camera.state.kind === "on";
  return (
    <>
      <IconButton
        label={speaks ? t.call.mute : t.call.unmute}
        look={speaks ? "stage" : "lit"}
        onPress={microphone.toggle}
        elsewhere={elsewhere}
      >
        {speaks ? <Mic size={19} /> : <MicOff size={19} />}
      </IconButton>
      <IconButton
        label={shows ? t.call.cameraStop : t.call.cameraStart}
        look={shows ? "stage" : "lit"}
        onPress={camera.toggle}
        elsewhere={elsewhere}
      >
        {shows ? <Video size={19} /> : <VideoOff size={19} />}
      </IconButton>
      <IconButton label={t.call.leaveCall} look="danger" onPress={leave} elsewhere={elsewhere}>
        <PhoneOff size={19} />
      </IconButton>
    </>
  );
}
