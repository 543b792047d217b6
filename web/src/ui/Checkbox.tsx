/** One of several things that may be chosen. */

import { Check, Minus } from "lucide-react";
import { Checkbox as AriaCheckbox } from "react-aria-components";

import styles from "./Checkbox.module.css";

type CheckboxProps = {
  label: string;
  hint?: string;
  /** `some` where it stands for several of which a part is chosen. */
  checked: boolean | "some";
  /** Undefined disables it. */
  onChange: ((checked: boolean) => void) | undefined;
  problem?: boolean;
};

export function Checkbox({ label, hint, checked, onChange, problem = false }: CheckboxProps) {
  return (
    <AriaCheckbox
      className={styles.checkbox ?? ""}
      isSelected={checked === true}
      isIndeterminate={checked === "some"}
      isDisabled={onChange === undefined}
      isInvalid={problem}
      {...(onChange && { onChange })}
    >
      <span className={styles.box} aria-hidden="true">
        {checked === "some" ? (
          <Minus size={16} strokeWidth={3.2} />
        ) : (
          <Check size={16} strokeWidth={3.2} />
        )}
      </span>
      <span className={styles.words}>
        <span>{label}</span>
        {hint !== undefined && <span className={styles.hint}>{hint}</span>}
      </span>
    </AriaCheckbox>
  );
}
