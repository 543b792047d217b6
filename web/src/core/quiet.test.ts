import { expect, test } from "vitest";

import { NO_OWN } from "./own";
import { ringsSilently } from "./quiet";

test("calls are not heard in quiet hours over midnight, unless they may ring", () => {
  const night = { from_minute: 22 * 60, to_minute: 7 * 60, time_zone: "Europe/Paris" };
  const quiet = (calls_ring: boolean, at: string) =>
    ringsSilently(
      { ...NO_OWN.preferences, quiet_hours: { ...night, calls_ring } },
      new Date(at).getTime(),
    );

  expect(quiet(false, "2026-07-01T20:00:00Z")).toBe(true);
  expect(quiet(false, "2026-07-01T19:59:00Z")).toBe(false);
  expect(quiet(false, "2026-12-01T20:30:00Z")).toBe(false);
  expect(quiet(false, "2026-12-01T05:59:00Z")).toBe(true);
  expect(quiet(false, "2026-12-01T06:00:00Z")).toBe(false);
  expect(quiet(true, "2026-12-01T02:00:00Z")).toBe(false);
  expect(ringsSilently(NO_OWN.preferences, 0)).toBe(false);
});
