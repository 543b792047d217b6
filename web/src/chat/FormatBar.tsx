/** Buttons that put marks around what is selected; keys do the same. */

import {
  Bold,
  Code,
  Italic,
  Link,
  List,
  type LucideIcon,
  Strikethrough,
  TextQuote,
} from "lucide-react";
import { Toolbar } from "react-aria-components";

import type { Catalogue } from "../core/i18n";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./FormatBar.module.css";
import { isMarked, type MarkKind, type Selected } from "./marking";

type FormatBarProps = {
  selected: Selected;
  apply: (kind: MarkKind) => void;
};

export function FormatBar({ selected, apply }: FormatBarProps) {
  const { t } = useLocale();
  return (
    <Toolbar className={styles.bar ?? ""} aria-label={t.composer.format}>
      {BUTTONS.map(({ kind, icon: Icon, keys }) => (
        <IconButton
          key={kind}
          size="small"
          label={t.composer[kind]}
          shortcut={keys && shortcut(keys)}
          pressed={isMarked(selected, kind)}
          onPress={() => apply(kind)}
        >
          <Icon size={17} />
        </IconButton>
      ))}
    </Toolbar>
  );
}

/** Which mark a key stands for. */
export function markOfKey(event: {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}): MarkKind | null {
  if (event.altKey || event.ctrlKey === event.metaKey) return null;
  const key = event.key.toLowerCase();
  const found = BUTTONS.find(
    ({ keys }) => keys?.key === key && (keys.shift ?? false) === event.shiftKey,
  );
  return found?.kind ?? null;
}

type Keys = { key: string; shift?: true };

function shortcut({ key, shift }: Keys): string {
  return ["Ctrl", ...(shift ? ["⇧"] : []), key.toUpperCase()].join(" ");
}

const BUTTONS: readonly {
  kind: MarkKind & keyof Catalogue["composer"];
  icon: LucideIcon;
  keys?: Keys;
}[] = [
  { kind: "bold", icon: Bold, keys: { key: "b" } },
  { kind: "italic", icon: Italic, keys: { key: "i" } },
  { kind: "strike", icon: Strikethrough, keys: { key: "x", shift: true } },
  { kind: "code", icon: Code, keys: { key: "e" } },
  { kind: "link", icon: Link, keys: { key: "k" } },
  { kind: "quote", icon: TextQuote },
  { kind: "list", icon: List },
];
