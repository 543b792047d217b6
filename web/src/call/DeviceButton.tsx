/** A microphone or a camera: its switch, and the arrow to choose another. */

import { Check, ChevronUp } from "lucide-react";
import type { ReactNode } from "react";
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";

import type { DeviceControl } from "../core/model";
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
};

export function DeviceButton({ control, label, chooseLabel, icon }: DeviceButtonProps) {
  const { t } = useLocale();
  const on = control.state.kind === "on";
  const { choose, choices, chosen, toggle } = control;
  return (
    <div className={styles.pair} data-refused={control.state.kind === "refused"}>
      <IconButton label={label} size="large" look={on ? "stage" : "lit"} onPress={toggle}>
        {icon}
      </IconButton>
      {choose !== undefined && choices.length > 0 && (
        <MenuTrigger>
          <AriaButton className={styles.arrow ?? ""} aria-label={chooseLabel}>
            <ChevronUp size={16} strokeWidth={2.6} />
          </AriaButton>
          <Popover className={styles.popover ?? ""} placement="top">
            <Menu
              className={styles.menu ?? ""}
              aria-label={chooseLabel}
              selectionMode="single"
              selectedKeys={chosen === null ? [] : [chosen]}
              onAction={(key) => choose(String(key))}
            >
              {choices.map((device, index) => {
                const name = device.label || t.call.unnamedDevice(String(index + 1));
                return (
                  <MenuItem
                    key={device.id}
                    id={device.id}
                    textValue={name}
                    className={styles.item ?? ""}
                  >
                    <span className={styles.check}>
                      {device.id === chosen && <Check size={16} strokeWidth={2.6} />}
                    </span>
                    {name}
                  </MenuItem>
                );
              })}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
    </div>
  );
}
