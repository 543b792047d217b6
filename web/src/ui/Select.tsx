/** One of many, from a list that opens. */

import { Check, ChevronDown } from "lucide-react";
import {
  Button as AriaButton,
  Select as AriaSelect,
  FieldError,
  Label,
  ListBox,
  ListBoxItem,
  SelectValue,
  Text,
} from "react-aria-components";

import { PopoverSurface } from "./Popover";
import styles from "./Select.module.css";

type SelectProps<Value extends string> = {
  label: string;
  options: readonly { value: Value; label: string; hint?: string }[];
  value: Value | null;
  /** Undefined disables it. */
  onChange: ((value: Value) => void) | undefined;
  /** Stands there while nothing is chosen. */
  placeholder: string;
  hint?: string;
  problem?: string | undefined;
};

export function Select<Value extends string>({
  label,
  options,
  value,
  onChange,
  placeholder,
  hint,
  problem,
}: SelectProps<Value>) {
  return (
    <AriaSelect
      className={styles.select ?? ""}
      value={value}
      placeholder={placeholder}
      isDisabled={onChange === undefined}
      isInvalid={problem !== undefined}
      validationBehavior="aria"
      onChange={(key) => {
        const chosen = options.find((option) => option.value === key);
        if (chosen !== undefined) onChange?.(chosen.value);
      }}
    >
      <Label className={styles.label ?? ""}>{label}</Label>
      <AriaButton className={styles.button ?? ""}>
        <SelectValue className={styles.value ?? ""}>
          {({ isPlaceholder, defaultChildren }) =>
            isPlaceholder
              ? defaultChildren
              : options.find((option) => option.value === value)?.label
          }
        </SelectValue>
        <ChevronDown size={18} aria-hidden="true" />
      </AriaButton>
      {hint !== undefined && problem === undefined && (
        <Text slot="description" className={styles.hint ?? ""}>
          {hint}
        </Text>
      )}
      <FieldError className={styles.problem ?? ""}>{problem}</FieldError>
      <PopoverSurface>
        <ListBox className={styles.list ?? ""}>
          {options.map((option) => (
            <ListBoxItem
              key={option.value}
              id={option.value}
              textValue={option.label}
              className={styles.option ?? ""}
            >
              <span className={styles.words}>
                <span>{option.label}</span>
                {option.hint !== undefined && <span className={styles.hint}>{option.hint}</span>}
              </span>
              <Check className={styles.check} size={18} strokeWidth={2.6} aria-hidden="true" />
            </ListBoxItem>
          ))}
        </ListBox>
      </PopoverSurface>
    </AriaSelect>
  );
}
