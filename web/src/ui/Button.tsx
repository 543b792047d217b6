/** Buttons: one with words, one with an icon and a name that shows on hover and focus. */

import type { ReactNode } from "react";
import { Button as AriaButton, Tooltip, TooltipTrigger } from "react-aria-components";

import styles from "./Button.module.css";

type ButtonProps = {
  children: ReactNode;
  /** Undefined disables it. */
  onPress?: (() => void) | undefined;
  look?: "primary" | "soft" | "plain" | "danger";
  type?: "button" | "submit";
  /** For submit buttons, which have no `onPress`. */
  disabled?: boolean;
  wide?: boolean;
  label?: string;
};

export function Button({
  children,
  onPress,
  look = "soft",
  type = "button",
  disabled,
  wide = false,
  label,
}: ButtonProps) {
  return (
    <AriaButton
      type={type}
      className={`${styles.button} ${styles[look]} ${wide ? styles.wide : ""}`}
      isDisabled={disabled ?? (type === "button" && onPress === undefined)}
      {...(onPress && { onPress: () => onPress() })}
      {...(label !== undefined && { "aria-label": label })}
    >
      {children}
    </AriaButton>
  );
}

type IconButtonProps = {
  /** Read aloud and shown on hover. */
  label: string;
  children: ReactNode;
  /** Undefined disables it. */
  onPress?: (() => void) | undefined;
  look?: "plain" | "soft" | "primary" | "danger" | "dark" | "light";
  size?: "small" | "medium" | "large";
  pressed?: boolean;
  type?: "button" | "submit";
  disabled?: boolean;
};

export function IconButton({
  label,
  children,
  onPress,
  look = "plain",
  size = "medium",
  pressed,
  type = "button",
  disabled,
}: IconButtonProps) {
  return (
    <TooltipTrigger delay={TOOLTIP_DELAY_MS} closeDelay={0}>
      <AriaButton
        type={type}
        aria-label={label}
        className={`${styles.icon} ${styles[look]} ${styles[size] ?? ""}`}
        isDisabled={disabled ?? (type === "button" && onPress === undefined)}
        {...(pressed !== undefined && { "aria-pressed": pressed })}
        {...(onPress && { onPress: () => onPress() })}
      >
        {children}
      </AriaButton>
      <Tooltip className={styles.tooltip ?? ""} offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}

const TOOLTIP_DELAY_MS = 500;
