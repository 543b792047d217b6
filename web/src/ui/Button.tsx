/** Buttons: one with words, one with an icon and a name that shows on hover and focus. */

import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";

import styles from "./Button.module.css";
import { Spinner } from "./Spinner";
import { Tooltip } from "./Tooltip";

type ButtonProps = {
  children: ReactNode;
  /** Undefined disables it. */
  onPress?: (() => void) | undefined;
  /** `warn` is for what ends or deletes but can be taken back; `danger` for what cannot. */
  look?: "primary" | "soft" | "plain" | "warn" | "danger";
  size?: "small" | "medium";
  type?: "button" | "submit";
  /** For submit buttons and openers, which have no `onPress`. */
  disabled?: boolean;
  /** What it started is under way: it says so and cannot be pressed again. */
  busy?: boolean;
  wide?: boolean;
  label?: string;
};

export function Button({
  children,
  onPress,
  look = "soft",
  size = "medium",
  type = "button",
  disabled,
  busy = false,
  wide = false,
  label,
}: ButtonProps) {
  const impossible = disabled ?? (type === "button" && onPress === undefined);
  return (
    <AriaButton
      // A disabled one would lose the focus; one that is pending would be told of by a log of React Aria's.
      type={busy ? "button" : type}
      className={`${styles.button} ${styles[look]} ${size === "small" ? styles.compact : ""} ${wide ? styles.wide : ""}`}
      isDisabled={impossible}
      data-busy={busy}
      {...(onPress && !busy && { onPress: () => onPress() })}
      {...(label !== undefined && { "aria-label": label })}
    >
      {busy && <Spinner size={18} />}
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
  /** `stage` and `lit` are for the night of a call: at rest, and while what it names is on. */
  look?: "plain" | "soft" | "primary" | "danger" | "stage" | "lit" | "overlay";
  size?: "small" | "medium" | "large";
  pressed?: boolean;
  type?: "button" | "submit";
  /** For submit buttons and openers, which have no `onPress`. */
  disabled?: boolean;
  /** The key that does the same, shown beside the name. */
  shortcut?: string | undefined;
  /** In another window than the page, where names that show on hover are drawn. */
  elsewhere?: boolean;
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
  shortcut,
  elsewhere = false,
}: IconButtonProps) {
  const button = (
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
  );
  if (elsewhere) return button;
  return (
    <Tooltip text={label} shortcut={shortcut}>
      {button}
    </Tooltip>
  );
}
