/** A microphone or a camera: its switch, and the arrow to choose another. */

import { Check, ChevronUp } from "lucide-react";
import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from "react-aria-components";

import type { BlurControl, DeviceControl, SpeakerControl } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./DeviceButton.module.css";

type DeviceButtonProps = {
  control: DeviceControl;
  /** What a press does now. */
  label: string;
  /** Names the arrow. */
  chooseLabel: string;
  icon: ReactNode;
  /** Stands in the same menu: who looks for one looks for the other. */
  speaker?: SpeakerControl;
  /** Without the arrow: the devices are chosen elsewhere. */
  compact?: boolean;
};

export function DeviceButton({
  control,
  label,
  chooseLabel,
  icon,
  speaker,
  compact = false,
}: DeviceButtonProps) {
  const { t } = useLocale();
  const on = control.state.kind === "on";
  const { choose, choices, chosen, toggle, blur } = control;
  return (
    <div className={styles.pair} data-refused={control.state.kind === "refused"}>
      <IconButton label={label} size="large" look={on ? "stage" : "lit"} onPress={toggle}>
        {icon}
      </IconButton>
      {!compact && choose !== undefined && choices.length > 0 && (
        <MenuTrigger>
          <AriaButton className={styles.arrow ?? ""} aria-label={chooseLabel}>
            <ChevronUp size={16} strokeWidth={2.6} />
          </AriaButton>
          <Popover className={styles.popover ?? ""} placement="top">
            <Menu className={styles.menu ?? ""} aria-label={chooseLabel}>
              <Devices title={chooseLabel} control={{ choices, chosen, choose }} />
              {blur?.set && <BlurItem blur={blur} />}
              {speaker && speaker.choices.length > 0 && (
                <Devices title={t.call.speakers} control={speaker} />
              )}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
    </div>
  );
}

function BlurItem({ blur }: { blur: BlurControl }) {
  const { t } = useLocale();
  return (
    <MenuSection selectionMode="multiple" selectedKeys={blur.on ? [BLUR] : []}>
      <Header className={styles.heading ?? ""}>{t.call.camera}</Header>
      <MenuItem
        id={BLUR}
        textValue={t.call.blur}
        className={styles.item ?? ""}
        onAction={() => blur.set?.(!blur.on)}
      >
        <span className={styles.check}>{blur.on && <Check size={16} strokeWidth={2.6} />}</span>
        {t.call.blur}
      </MenuItem>
    </MenuSection>
  );
}

type DevicesProps = {
  title: string;
  control: SpeakerControl;
};

function Devices({ title, control }: DevicesProps) {
  const { t } = useLocale();
  const { choices, chosen, choose } = control;
  return (
    <MenuSection selectionMode="single" selectedKeys={chosen === null ? [] : [chosen]}>
      <Header className={styles.heading ?? ""}>{title}</Header>
      {choices.map((device, index) => {
        const name = device.label || t.call.unnamedDevice(String(index + 1));
        return (
          <MenuItem
            key={device.id}
            id={device.id}
            textValue={name}
            className={styles.item ?? ""}
            onAction={() => choose?.(device.id)}
          >
            <span className={styles.check}>
              {device.id === chosen && <Check size={16} strokeWidth={2.6} />}
            </span>
            {name}
          </MenuItem>
        );
      })}
    </MenuSection>
  );
}

const BLUR = "blur";
