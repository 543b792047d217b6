/** Everything that can be done with one message. */

import {
  Copy,
  CornerUpRight,
  History,
  Info,
  Pencil,
  Pin,
  PinOff,
  Reply,
  Star,
  StarOff,
  Trash2,
} from "lucide-react";

import type { Catalogue } from "../core/i18n";
import type { Entry, EntryActions } from "../core/model";
import { useLocale } from "../ui/locale";
import { MenuAt, type MenuEntry, type MenuPoint } from "../ui/Menu";
import { QuickReactions } from "./EmojiPopover";

/** What opens beside or instead of the menu. */
export type MenuDoings = {
  reply: () => void;
  edit: () => void;
  copy: (() => void) | undefined;
  forward: () => void;
  askDelete: () => void;
  showReach: (() => void) | undefined;
  showVersions: () => void;
  pickReaction: () => void;
};

type MessageMenuProps = {
  entry: Entry;
  actions: EntryActions;
  doings: MenuDoings;
  at: MenuPoint;
  close: () => void;
};

export function MessageMenu({ entry, actions, doings, at, close }: MessageMenuProps) {
  const { t } = useLocale();
  const { react } = actions;
  const own = entry.reactions.find(({ mine }) => mine)?.emoji ?? null;
  return (
    <MenuAt
      label={t.message.actions}
      entries={menuEntries(entry, actions, doings, t)}
      at={at}
      close={close}
      above={
        react && (
          <QuickReactions
            own={own}
            pick={(emoji) => {
              react(emoji === own ? null : emoji);
              close();
            }}
            more={() => {
              close();
              doings.pickReaction();
            }}
          />
        )
      }
    />
  );
}

/** The entries of the menu: what cannot be done with this message is not offered. */
export function menuEntries(
  entry: Entry,
  actions: EntryActions,
  doings: MenuDoings,
  t: Catalogue,
): MenuEntry[] {
  const words = t.message;
  const { pin, star, deleteForMe } = actions;
  const { pinned, starred } = entry;
  const groups: (MenuEntry | false | undefined)[][] = [
    [
      actions.quote && { id: "reply", label: words.reply, icon: Reply, action: doings.reply },
      actions.edit && { id: "edit", label: words.edit, icon: Pencil, action: doings.edit },
      doings.copy && { id: "copy", label: words.copy, icon: Copy, action: doings.copy },
      actions.forward && {
        id: "forward",
        label: words.forward,
        icon: CornerUpRight,
        action: doings.forward,
      },
    ],
    [
      star && {
        id: "star",
        label: starred ? words.unstar : words.star,
        icon: starred ? StarOff : Star,
        action: () => star(!starred),
      },
      pin && {
        id: "pin",
        label: pinned ? words.unpin : words.pin,
        icon: pinned ? PinOff : Pin,
        action: () => pin(!pinned),
      },
      doings.showReach && {
        id: "details",
        label: words.details,
        icon: Info,
        action: doings.showReach,
      },
      entry.editedAt !== null &&
        actions.versions && {
          id: "versions",
          label: words.history,
          icon: History,
          action: doings.showVersions,
        },
    ],
    [
      deleteForMe && {
        id: "hide",
        label: words.hide,
        icon: Trash2,
        danger: true,
        action: deleteForMe,
      },
      actions.deleteForAll && {
        id: "delete",
        label: words.deleteForAll,
        icon: Trash2,
        danger: true,
        action: doings.askDelete,
      },
    ],
  ];
  return groups
    .map((group) => group.filter((one): one is MenuEntry => Boolean(one)))
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : ["line" as const, ...group]));
}
