/** One of a few, each with a word of what it means. */

import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { RadioGroup as AriaRadioGroup, Label, Radio } from "react-aria-components";

import styles from "./RadioGroup.module.css";

type Choice<Value extends string> = {
  value: Value;
  label: string;
  hint?: string;
  /** A dot or an icon before the words. */
  leading?: ReactNode;
};

type RadioGroupProps<Value extends string> = {
  label: string;
  choices: readonly Choice<Value>[];
  value: Value;
  /** Undefined disables it. */
  onChange: ((value: Value) => void) | undefined;
  /** Two beside each other where there is room. */
  columns?: 1 | 2;
};

export function RadioGroup<Value extends string>({
  label,
  choices,
  value,
  onChange,
  columns = 1,
}: RadioGroupProps<Value>) {
  return (
    <AriaRadioGroup
      className={styles.group ?? ""}
      value={value}
      isDisabled={onChange === undefined}
      onChange={(next) => {
        const chosen = choices.find((choice) => choice.value === next);
        if (chosen !== undefined) onChange?.(chosen.value);
      }}
    >
      <Label className={styles.label ?? ""}>{label}</Label>
      <div className={styles.choices} data-columns={columns}>
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className={styles.choice ?? ""}>
            {choice.leading}
            <span className={styles.words}>
              <span className={styles.name}>{choice.label}</span>
              {choice.hint !== undefined && <span className={styles.hint}>{choice.hint}</span>}
            </span>
            <Check className={styles.check} size={18} strokeWidth={2.8} aria-hidden="true" />
          </Radio>
        ))}
      </div>
    </AriaRadioGroup>
  );
}
