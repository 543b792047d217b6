/** A text field with its name above it. */

import type { ReactNode } from "react";
import { Input, Label, TextField } from "react-aria-components";

import styles from "./Field.module.css";

type FieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "password" | "search";
  /** For password managers. */
  autoComplete?: string;
  autoFocus?: boolean;
  required?: boolean;
  placeholder?: string;
  maxLength?: number;
  /** Hides the label from the eye, not from screen readers. */
  bare?: boolean;
  icon?: ReactNode;
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
  placeholder,
  maxLength,
  bare = false,
  icon,
  trailing,
}: FieldProps) {
  return (
    <TextField
      className={styles.field ?? ""}
      value={value}
      onChange={onChange}
      type={type}
      autoComplete={autoComplete}
      // A field asks for it when it is the first thing to do in what just opened.
      autoFocus={autoFocus}
      isRequired={required}
      validationBehavior="aria"
      {...(maxLength !== undefined && { maxLength })}
      {...(bare && { "aria-label": label })}
    >
      {!bare && <Label className={styles.label ?? ""}>{label}</Label>}
      <span className={styles.box}>
        {icon}
        <Input
          className={styles.input ?? ""}
          autoCapitalize="none"
          spellCheck={false}
          {...(placeholder !== undefined && { placeholder })}
        />
        {trailing}
      </span>
    </TextField>
  );
}
