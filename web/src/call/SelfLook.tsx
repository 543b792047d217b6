/** What the others will see and hear of one, and the devices that make it. */

import { Mic, MicOff, Video, VideoOff } from "lucide-react";

import type { DeviceControl, DeviceLook } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { Meter } from "../ui/Meter";
import { BlurSwitch } from "./BlurSwitch";
import { DeviceChoice } from "./DeviceChoice";
import { remedy } from "./devices";
import styles from "./SelfLook.module.css";
import { useLevel } from "./useLevel";
import { VideoPicture } from "./VideoPicture";

export function SelfLook({ look }: { look: DeviceLook }) {
  const { t } = useLocale();
  const { microphone, camera, picture, voice } = look;
  const level = useLevel(voice);
  const speaks = microphone.state.kind === "on";
  const shows = camera.state.kind === "on";
  return (
    <div className={styles.look}>
      <div className={styles.picture}>
        {picture === null ? (
          <p className={styles.dark}>{t.join.noPicture}</p>
        ) : (
          <VideoPicture stream={picture} mirrored />
        )}
        <div className={styles.switches}>
          <IconButton
            label={speaks ? t.call.mute : t.call.unmute}
            size="large"
            look={speaks ? "stage" : "lit"}
            onPress={microphone.toggle}
          >
            {speaks ? <Mic size={23} /> : <MicOff size={23} />}
          </IconButton>
          <IconButton
            label={shows ? t.call.cameraStop : t.call.cameraStart}
            size="large"
            look={shows ? "stage" : "lit"}
            onPress={camera.toggle}
          >
            {shows ? <Video size={23} /> : <VideoOff size={23} />}
          </IconButton>
        </div>
      </div>
      {speaks && <Meter label={t.join.level} level={level} />}
      <Refused control={microphone} name={t.call.microphone} />
      <Refused control={camera} name={t.call.camera} />
    </div>
  );
}

/** Which devices make it, and whether what is behind one is blurred. */
export function SelfChoices({ look: { microphone, camera, speaker } }: { look: DeviceLook }) {
  const { t } = useLocale();
  return (
    <div className={styles.look}>
      <div className={styles.choices}>
        <DeviceChoice name={t.call.microphone} control={microphone} />
        <DeviceChoice name={t.call.camera} control={camera} />
        <DeviceChoice name={t.call.speakers} control={speaker} />
      </div>
      <BlurSwitch blur={camera.blur} />
    </div>
  );
}

function Refused({ control, name }: { control: DeviceControl; name: string }) {
  const { t } = useLocale();
  if (control.state.kind !== "refused") return null;
  return (
    <p className={styles.refused} role="alert">
      <strong>{name}:</strong> {remedy(control.state.reason, navigator.userAgent, t)}
    </p>
  );
}
