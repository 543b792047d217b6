import { expect, test } from "vitest";

import { endOf } from "./lasting";

// A Wednesday.
const NOON = new Date(2026, 6, 15, 12, 30).getTime();

test("a status lasts for hours, to the end of the day or of the week, or until the next", () => {
  expect(endOf("always", NOON)).toBeNull();
  expect(endOf("half_hour", NOON)).toBe(NOON + 30 * 60_000);
  expect(endOf("four_hours", NOON)).toBe(NOON + 4 * 3_600_000);
  expect(endOf("today", NOON)).toBe(new Date(2026, 6, 16).getTime());
  expect(endOf("week", NOON)).toBe(new Date(2026, 6, 20).getTime());
});

test("on a Monday the week is over in seven days, and on a Sunday tomorrow", () => {
  expect(endOf("week", new Date(2026, 6, 13, 9).getTime())).toBe(new Date(2026, 6, 20).getTime());
  expect(endOf("week", new Date(2026, 6, 19, 9).getTime())).toBe(new Date(2026, 6, 20).getTime());
});
