/** The name of a control, on hover and on focus, with the key that does the same. */

import type { ReactNode } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components";

import { Key } from "./Key";
import styles from "./Tooltip.module.css";

type TooltipProps = {
  text: string;
  shortcut?: string | undefined;
  /** A control of React Aria. */
  children: ReactNode;
};

export function Tooltip({ text, shortcut, children }: TooltipProps) {
  return (
    <TooltipTrigger delay={DELAY_MS} closeDelay={0}>
      {children}
      <AriaTooltip className={styles.tooltip ?? ""} offset={6}>
        {text}
        {shortcut !== undefined && (
          <span className={styles.key} aria-hidden="true">
            <Key>{shortcut}</Key>
          </span>
        )}
      </AriaTooltip>
    </TooltipTrigger>
  );
}

/** Long enough that passing over a row of buttons shows nothing. */
const DELAY_MS = 500;
