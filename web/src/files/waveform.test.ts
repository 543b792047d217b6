import { expect, test } from "vitest";

import { loudness, waveform } from "./waveform";

test("the loudest part is as high as there is room", () => {
  expect(waveform([0.1, 0.2, 0.4])).toEqual([25, 50, 100]);
});

test("a long recording becomes a few bars of its peaks", () => {
  const bars = waveform(Array.from({ length: 4_800 }, (_, at) => (at % 100 === 0 ? 1 : 0.1)));

  expect(bars).toHaveLength(48);
  expect(new Set(bars)).toEqual(new Set([100]));
});

test("silence is low and not empty", () => {
  expect(waveform([])).toEqual([0]);
  expect(waveform([0.001, 0.002])).toEqual([5, 10]);
});

test("loudness is that of the samples together", () => {
  expect(loudness(new Float32Array([0.5, -0.5]))).toBeCloseTo(0.5);
  expect(loudness(new Float32Array())).toBe(0);
});
