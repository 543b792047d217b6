import { expect, test } from "vitest";

import { addTo, countOutside, firstOutside } from "./spans";

test("what stays between two runs is all that is unread", () => {
  const spans = addTo(addTo([], [4, 2, 3]), [7, 6, 3]);

  expect(spans).toEqual([
    { from_number: 2, to_number: 4 },
    { from_number: 6, to_number: 7 },
  ]);
  const counts = [0, 1, 3, 5, 9].map((read) => countOutside(spans, read, 9));
  expect(counts).toEqual([4, 3, 3, 2, 0]);
  expect([0, 1, 2, 5].map((read) => firstOutside(spans, read))).toEqual([1, 5, 5, 8]);
});

test("what is known already changes nothing", () => {
  const spans = addTo([], [1, 2]);

  expect(addTo(spans, [2])).toBe(spans);
});
