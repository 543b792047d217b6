import { expect, test } from "vitest";

import { layersOf, planEncodings, planScreen } from "./layers";

test("a narrow path gets text as sharp as others do, with fewer pictures", () => {
  const [lesser, full] = planScreen("text", 1920, 1080);

  expect(layersOf(planScreen("text", 1920, 1080), 1920, 1080)).toEqual([
    { rid: "h", width: 1920, height: 1080 },
    { rid: "f", width: 1920, height: 1080 },
  ]);
  expect(lesser?.maxFramerate).toBe(5);
  expect(lesser?.maxBitrate).toBeLessThan((full?.maxBitrate ?? 0) / 5);
});

test("a narrow path gets motion as fluent as others do, and smaller", () => {
  const [lesser, full] = planScreen("motion", 1920, 1080);

  expect(lesser?.maxFramerate).toBe(full?.maxFramerate);
  expect(layersOf(planScreen("motion", 1920, 1080), 1920, 1080)).toEqual([
    { rid: "h", width: 960, height: 540 },
    { rid: "f", width: 1920, height: 1080 },
  ]);
});

test("a small window is sent once, and well", () => {
  const plan = planScreen("motion", 400, 300);

  expect(layersOf(plan, 400, 300)).toEqual([{ rid: "h", width: 400, height: 300 }]);
  expect(plan[0]?.maxBitrate).toBe(planScreen("motion", 1920, 1080)[1]?.maxBitrate);
});

test("a camera has as many layers as its picture is large enough for", () => {
  const rids = (width: number, height: number) =>
    layersOf(planEncodings(width, height), width, height).map(({ rid }) => rid);

  expect(rids(1280, 720)).toEqual(["q", "h", "f"]);
  expect(rids(640, 360)).toEqual(["q", "h"]);
  expect(rids(320, 180)).toEqual(["q"]);
});
