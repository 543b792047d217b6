/** Turns the entries of a timeline into the lines that are drawn: days, the "new" line, groups. */

import type { Entry } from "../core/model";
import { dayKey } from "../ui/format";

/** A line of the timeline. */
export type Line =
  | { kind: "day"; key: string; at: number }
  | { kind: "new"; key: string }
  | {
      kind: "entry";
      key: string;
      entry: Entry;
      /** Begins a group of one sender: shows the name. */
      first: boolean;
      /** Ends it: has the tail and the avatar. */
      last: boolean;
    };

/** The lines for `entries`, oldest first. */
export function lines(entries: readonly Entry[], firstUnreadNumber: number | null): Line[] {
  const result: Line[] = [];
  entries.forEach((entry, index) => {
    const before = entries[index - 1];
    const after = entries[index + 1];
    const newDay = before === undefined || dayKey(before.at) !== dayKey(entry.at);
    const fresh = firstUnreadNumber !== null && entry.number === firstUnreadNumber;
    if (newDay) result.push({ kind: "day", key: `day ${dayKey(entry.at)}`, at: entry.at });
    if (fresh) result.push({ kind: "new", key: "new" });
    result.push({
      kind: "entry",
      key: entry.key,
      entry,
      first: newDay || fresh || !together(before, entry),
      last:
        after === undefined ||
        (after.number === firstUnreadNumber && firstUnreadNumber !== null) ||
        dayKey(after.at) !== dayKey(entry.at) ||
        !together(entry, after),
    });
  });
  return result;
}

/** Whether two neighbours read as one turn of speech. */
function together(one: Entry | undefined, other: Entry): boolean {
  return (
    one !== undefined &&
    one.content.kind === "text" &&
    other.content.kind === "text" &&
    one.sender.id === other.sender.id &&
    other.at - one.at < GROUP_GAP_MS
  );
}

/** A pause that begins a new group even of the same sender. */
const GROUP_GAP_MS = 5 * 60_000;
