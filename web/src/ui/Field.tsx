/** A text field with its name above it, and below it what helps or what is wrong. */

import type { ReactNode } from "react";
import { FieldError, Input, Label, Text, TextArea, TextField } from "react-aria-components";

import styles from "./Field.module.css";

type FieldProps = {
  label: string;
  value: string;
  /** Undefined: what stands there can be read and not changed. */
  onChange: ((value: string) => void) | undefined;
  type?: "text" | "password" | "time";
  /** Somebody is done with it. */
  onLeave?: () => void;
  /** For password managers. */
  autoComplete?: string;
  autoFocus?: boolean;
  required?: boolean;
  disabled?: boolean;
  placeholder?: string;
  maxLength?: number;
  /** What helps to fill it in. */
  hint?: string;
  /** What is wrong and how to mend it; marks the field. */
  problem?: string | undefined;
  /** Several lines of text. */
  lines?: number;
  /** A control at the end of the field. */
  trailing?: ReactNode;
};

export function Field({
  label,
  value,
  onChange,
  type = "text",
  autoComplete = "off",
  autoFocus = false,
  required = false,
  disabled = false,
  placeholder,
  maxLength,
  hint,
  problem,
  lines,
  trailing,
  onLeave,
}: FieldProps) {
  const input = {
    className: styles.input ?? "",
    ...(placeholder !== undefined && { placeholder }),
  };
  return (
    <TextField
      className={styles.field ?? ""}
      value={value}
      {...(onChange && { onChange })}
      {...(onLeave && { onBlur: onLeave })}
      isReadOnly={onChange === undefined}
      type={type}
      autoComplete={autoComplete}
      // A field asks for it when it is the first thing to do in what just opened.
      autoFocus={autoFocus}
      isRequired={required}
      isDisabled={disabled}
      isInvalid={problem !== undefined}
      validationBehavior="aria"
      {...(maxLength !== undefined && { maxLength })}
    >
      <Label className={styles.label ?? ""}>{label}</Label>
      <span className={styles.box} data-lines={lines !== undefined}>
        {lines === undefined ? (
          <Input {...input} autoCapitalize="none" spellCheck={false} />
        ) : (
          <TextArea {...input} rows={lines} dir="auto" />
        )}
        {trailing}
      </span>
      {hint !== undefined && problem === undefined && (
        <Text slot="description" className={styles.hint ?? ""}>
          {hint}
        </Text>
      )}
      <FieldError className={styles.problem ?? ""}>{problem}</FieldError>
    </TextField>
  );
}
