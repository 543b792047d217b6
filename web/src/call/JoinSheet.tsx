/** Before one goes into a call: a look at oneself, the devices, and who is there. */

import { Mic, MicOff, Video, VideoOff } from "lucide-react";

import type { DeviceControl, JoinPreview } from "../core/model";
import { Button, IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { Meter } from "../ui/Meter";
import { listNames } from "../ui/names";
import { Sheet } from "../ui/Sheet";
import { DeviceChoice } from "./DeviceChoice";
import { isRefused, remedy } from "./devices";
import styles from "./JoinSheet.module.css";
import { useLevel } from "./useLevel";
import { VideoPicture } from "./VideoPicture";

type JoinSheetProps = {
  preview: JoinPreview;
};

export function JoinSheet({ preview }: JoinSheetProps) {
  const { t } = useLocale();
  const { title, people, microphone, camera, speaker, picture, voice, join, cancel } = preview;
  const level = useLevel(voice);
  const speaks = microphone.state.kind === "on";
  const shows = camera.state.kind === "on";
  const listens = isRefused(microphone) && isRefused(camera);
  return (
    <Sheet title={t.join.title(title)} closeLabel={t.join.cancel} close={cancel}>
      <div className={styles.body}>
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
        <div className={styles.choices}>
          <DeviceChoice name={t.call.microphone} control={microphone} />
          <DeviceChoice name={t.call.camera} control={camera} />
          <DeviceChoice name={t.call.speakers} control={speaker} />
        </div>
      </div>
      <footer className={styles.foot}>
        <p className={styles.people}>
          {people.length === 0 ? t.join.nobody : t.join.inside(listNames(people, t))}
        </p>
        <Button look="primary" wide onPress={join}>
          {listens ? t.join.listen : t.join.join}
        </Button>
      </footer>
    </Sheet>
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
