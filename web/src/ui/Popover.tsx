/** A card that belongs to a control and closes when one looks away. */

import type { ReactNode } from "react";
import {
  Popover as AriaPopover,
  type PopoverProps as AriaPopoverProps,
  Dialog,
  DialogTrigger,
} from "react-aria-components";

import styles from "./Popover.module.css";

type PopoverProps = {
  /** Read aloud when it opens. */
  label: string;
  /** A button with `disabled={false}`: the popover gives it its press. */
  trigger: ReactNode;
  placement?: NonNullable<AriaPopoverProps["placement"]>;
  children: (close: () => void) => ReactNode;
};

export function Popover({ label, trigger, placement = "bottom", children }: PopoverProps) {
  return (
    <DialogTrigger>
      {trigger}
      <PopoverSurface placement={placement}>
        <Dialog className={styles.dialog ?? ""} aria-label={label}>
          {({ close }) => children(close)}
        </Dialog>
      </PopoverSurface>
    </DialogTrigger>
  );
}

/** The card alone, for menus and lists that bring their own trigger. */
export function PopoverSurface(properties: Omit<AriaPopoverProps, "className">) {
  return (
    <AriaPopover
      {...properties}
      className={styles.popover ?? ""}
      offset={6}
      containerPadding={EDGE_PX}
    />
  );
}

/** Never closer to the edge of the window, in CSS pixels. */
const EDGE_PX = 8;
