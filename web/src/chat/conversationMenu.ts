/** What can be done with a conversation from the list. */

import { Archive, ArchiveRestore, Bell, BellOff, Mail, MailOpen, Pin, PinOff } from "lucide-react";

import type { Catalogue } from "../core/i18n";
import type { ConversationRow } from "../core/model";
import type { MenuEntry } from "../ui/Menu";
import { isUnread } from "./ConversationItem";

/** The entries of its menu; all are disabled while the server cannot be asked. */
export function conversationMenu(
  row: ConversationRow,
  toggleRead: (() => void) | undefined,
  now: number,
  t: Catalogue,
): MenuEntry[] {
  const words = t.list;
  const { keep } = row;
  const pinned = row.pinnedAt !== null;
  const muteUntil = (until_ms: number | null) => keep && (() => keep({ kind: "mute", until_ms }));
  const entries: MenuEntry[] = [
    {
      id: "pin",
      label: pinned ? words.unpin : words.pin,
      icon: pinned ? PinOff : Pin,
      action: keep && (() => keep({ kind: "pin", on: !pinned })),
    },
    {
      id: "read",
      label: isUnread(row) ? words.markRead : words.markUnread,
      icon: isUnread(row) ? MailOpen : Mail,
      action: toggleRead,
    },
    {
      id: "archive",
      label: row.archived ? words.unarchive : words.archive,
      icon: row.archived ? ArchiveRestore : Archive,
      action: keep && (() => keep({ kind: "archive", on: !row.archived })),
    },
    "line",
  ];
  if (row.mutedUntil !== null) {
    return [...entries, { id: "unmute", label: words.unmute, icon: Bell, action: muteUntil(null) }];
  }
  const lengths = [
    { id: "hour", hint: words.muteHour, until: now + HOUR_MS },
    { id: "day", hint: words.muteDay, until: now + DAY_MS },
    { id: "always", hint: words.muteAlways, until: FOR_EVER_MS },
  ];
  return [
    ...entries,
    ...lengths.map(({ id, hint, until }) => ({
      id: `mute-${id}`,
      label: words.mute,
      hint,
      icon: BellOff,
      action: muteUntil(until),
    })),
  ];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The server's word for "for ever": the largest whole number that JSON keeps exact. */
export const FOR_EVER_MS = Number.MAX_SAFE_INTEGER;
