import { expect, test } from "vitest";

import { minuteOf, timeOf } from "./minutes";

test("minutes of the day are written and read as time fields do", () => {
  for (const minute of [0, 7 * 60, 22 * 60 + 5, 1_439])
    expect(minuteOf(timeOf(minute))).toBe(minute);
  expect(timeOf(1_325)).toBe("22:05");
  expect(minuteOf("")).toBeNull();
  expect(minuteOf("24:00")).toBeNull();
});
