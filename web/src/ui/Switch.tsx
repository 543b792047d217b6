/** Something that is on or off, at once. */

import { Switch as AriaSwitch } from "react-aria-components";

import styles from "./Switch.module.css";

type SwitchProps = {
  label: string;
  /** What it means, in a sentence. */
  hint?: string;
  on: boolean;
  /** Undefined disables it. */
  onChange: ((on: boolean) => void) | undefined;
};

export function Switch({ label, hint, on, onChange }: SwitchProps) {
  return (
    <AriaSwitch
      className={styles.switch ?? ""}
      isSelected={on}
      isDisabled={onChange === undefined}
      {...(onChange && { onChange })}
    >
      <span className={styles.words}>
        <span className={styles.label}>{label}</span>
        {hint !== undefined && <span className={styles.hint}>{hint}</span>}
      </span>
      <span className={styles.track} aria-hidden="true">
        <span className={styles.thumb} />
      </span>
    </AriaSwitch>
  );
}
