/** What can be done with something: from a button, or where one points at it. */

import { Check, type LucideIcon } from "lucide-react";
import { type MouseEvent, type ReactNode, useRef, useState } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger, Separator } from "react-aria-components";

import { Keys } from "./Key";
import styles from "./Menu.module.css";
import { PopoverSurface } from "./Popover";

/** One thing that can be done; `"line"` stands between groups of them. */
export type MenuEntry =
  | {
      id: string;
      label: string;
      /** A second, smaller line. */
      hint?: string;
      icon?: LucideIcon;
      /** Deletes or ends something. */
      danger?: boolean;
      /** Chosen now; for menus that choose. */
      chosen?: boolean;
      shortcut?: readonly string[];
      /** Undefined disables it. */
      action: (() => void) | undefined;
    }
  | "line";

type MenuProps = {
  entries: readonly MenuEntry[];
  /** A button with `disabled={false}`: the menu gives it its press, and has its name. */
  trigger: ReactNode;
  placement?: "bottom start" | "bottom end" | "top start" | "top end" | "top" | "bottom";
};

export function Menu({ entries, trigger, placement = "bottom end" }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <PopoverSurface placement={placement}>
        <Entries entries={entries} />
      </PopoverSurface>
    </MenuTrigger>
  );
}

type ContextMenuProps = {
  /** Read aloud when it opens. */
  label: string;
  entries: readonly MenuEntry[];
  children: ReactNode;
};

/**
 * The same menu by a right click, a long press or the menu key on what it is about.
 *
 * Not everybody finds it, so that everything in it has to be reachable in another way too.
 */
export function ContextMenu({ label, entries, children }: ContextMenuProps) {
  const [at, setAt] = useState<MenuPoint | null>(null);
  const open = (event: MouseEvent<HTMLElement>): void => {
    // A right click on a selection is for copying it.
    if (window.getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    setAt(menuPoint(event));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu key reaches it from whatever is focused inside.
    <div className={styles.region} onContextMenu={open}>
      {children}
      {at !== null && <MenuAt label={label} entries={entries} at={at} close={() => setAt(null)} />}
    </div>
  );
}

/** A place in the window, in CSS pixels. */
export type MenuPoint = { x: number; y: number };

/** Where a right click, a long press or the menu key points at. */
export function menuPoint(event: MouseEvent<HTMLElement>): MenuPoint {
  const box = event.currentTarget.getBoundingClientRect();
  // The menu key points nowhere.
  const pointed = event.clientX !== 0 || event.clientY !== 0;
  if (pointed) return { x: event.clientX, y: event.clientY };
  // The middle of what is higher than the window may be out of it.
  const y = Math.min(Math.max(box.y + box.height / 2, 0), window.innerHeight);
  return { x: box.x + box.width / 2, y };
}

type MenuAtProps = {
  label: string;
  entries: readonly MenuEntry[];
  at: MenuPoint;
  close: () => void;
  /** Stands above the entries. */
  above?: ReactNode;
};

/** A menu that is open at a place: one serves a list of ten thousand. */
export function MenuAt({ label, entries, at, close, above }: MenuAtProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span
        ref={anchor}
        className={styles.anchor}
        style={{ transform: `translate(${at.x}px, ${at.y}px)` }}
      />
      <PopoverSurface
        aria-label={label}
        triggerRef={anchor}
        isOpen
        onOpenChange={(shown) => {
          if (!shown) close();
        }}
        placement="bottom start"
      >
        {above}
        <Entries label={label} entries={entries} close={close} />
      </PopoverSurface>
    </>
  );
}

type EntriesProps = {
  label?: string;
  entries: readonly MenuEntry[];
  close?: () => void;
};

function Entries({ label, entries, close }: EntriesProps) {
  const items = entries.filter((entry) => entry !== "line");
  return (
    <AriaMenu
      className={styles.menu ?? ""}
      autoFocus="first"
      disabledKeys={items.filter(({ action }) => action === undefined).map(({ id }) => id)}
      onAction={(key) => items.find(({ id }) => id === key)?.action?.()}
      {...(label !== undefined && { "aria-label": label })}
      {...(close && { onClose: close })}
    >
      {entries.map((entry, index) =>
        entry === "line" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else.
          <Separator key={`line-${index}`} className={styles.line ?? ""} />
        ) : (
          <MenuItem
            key={entry.id}
            id={entry.id}
            textValue={entry.label}
            className={styles.entry ?? ""}
            data-danger={entry.danger ?? false}
          >
            <Leading entry={entry} />
            <span className={styles.words}>
              <span>{entry.label}</span>
              {entry.hint !== undefined && <span className={styles.hint}>{entry.hint}</span>}
            </span>
            {entry.shortcut !== undefined && <Keys keys={entry.shortcut} />}
          </MenuItem>
        ),
      )}
    </AriaMenu>
  );
}

function Leading({ entry }: { entry: Exclude<MenuEntry, "line"> }) {
  const { icon: Icon, chosen } = entry;
  if (chosen !== undefined) {
    return (
      <span className={styles.check} aria-hidden="true">
        {chosen && <Check size={18} strokeWidth={2.6} />}
      </span>
    );
  }
  return Icon === undefined ? null : <Icon size={19} aria-hidden="true" />;
}
