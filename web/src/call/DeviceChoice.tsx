/** Which microphone, camera or speaker is used. */

import type { DeviceControl } from "../core/model";
import { useLocale } from "../ui/locale";
import { Select } from "../ui/Select";

type DeviceChoiceProps = {
  name: string;
  control: Pick<DeviceControl, "choices" | "chosen" | "choose">;
};

export function DeviceChoice({ name, control }: DeviceChoiceProps) {
  const { t } = useLocale();
  const { choices, chosen, choose } = control;
  if (choices.length === 0) return null;
  const known = choices.some(({ id }) => id === chosen);
  return (
    <Select
      label={name}
      placeholder={t.call.browserChoice}
      options={choices.map(({ id, label }, index) => ({
        value: id,
        label: label || t.call.unnamedDevice(String(index + 1)),
      }))}
      value={known ? chosen : null}
      onChange={choose}
    />
  );
}
