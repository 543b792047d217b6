/** Whether what is behind one is blurred; nothing where it cannot be. */

import type { BlurControl } from "../core/model";
import { useLocale } from "../ui/locale";
import { Switch } from "../ui/Switch";

export function BlurSwitch({ blur }: { blur: BlurControl | undefined }) {
  const { t } = useLocale();
  if (blur === undefined) return null;
  const { on, failed, set } = blur;
  return (
    <Switch
      label={t.call.blur}
      on={on}
      onChange={set}
      {...(failed && { hint: t.call.blurFailed })}
    />
  );
}
