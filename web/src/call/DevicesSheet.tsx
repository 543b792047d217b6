/** The devices of a call, where its controls have no room for arrows beside them. */

import type { CurrentCall } from "../core/model";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import { BlurSwitch } from "./BlurSwitch";
import { DeviceChoice } from "./DeviceChoice";
import styles from "./DevicesSheet.module.css";

type DevicesSheetProps = {
  call: CurrentCall;
  close: () => void;
};

export function DevicesSheet({ call, close }: DevicesSheetProps) {
  const { t } = useLocale();
  return (
    <Sheet title={t.call.devices} close={close}>
      <div className={styles.body}>
        <DeviceChoice name={t.call.microphone} control={call.microphone} />
        <DeviceChoice name={t.call.camera} control={call.camera} />
        <BlurSwitch blur={call.camera.blur} />
        <DeviceChoice name={t.call.speakers} control={call.speaker} />
      </div>
    </Sheet>
  );
}
