/** Runs of messages that have disappeared, by number: what is unread counts without them. */

import type { Span } from "./protocol";

/** Adds messages to `spans`, which rise and do not touch; returns the same when they hold all of them. */
export function addTo(spans: Span[], numbers: readonly number[]): Span[] {
  const added = numbers.filter((number) => !spans.some((span) => holds(span, number)));
  if (added.length === 0) return spans;
  const single = added.map((number) => ({ from_number: number, to_number: number }));
  const rising = [...spans, ...single].sort((one, other) => one.from_number - other.from_number);
  const joined: Span[] = [];
  for (const span of rising) {
    const before = joined.at(-1);
    if (before !== undefined && span.from_number <= before.to_number + 1) {
      joined[joined.length - 1] = {
        from_number: before.from_number,
        to_number: Math.max(before.to_number, span.to_number),
      };
    } else joined.push(span);
  }
  return joined;
}

/** How many of the messages after `read` and up to `top` are in none of `spans`. */
export function countOutside(spans: readonly Span[], read: number, top: number): number {
  let count = Math.max(0, top - read);
  for (const { from_number, to_number } of spans) {
    count -= Math.max(0, Math.min(to_number, top) - Math.max(from_number, read + 1) + 1);
  }
  return count;
}

/** The first number after `read` that is in none of `spans`. */
export function firstOutside(spans: readonly Span[], read: number): number {
  let first = read + 1;
  for (const span of spans) if (holds(span, first)) first = span.to_number + 1;
  return first;
}

function holds({ from_number, to_number }: Span, number: number): boolean {
  return from_number <= number && number <= to_number;
}
