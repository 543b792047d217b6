import { expect, test } from "vitest";

import { aParticipant } from "../testing/server";
import { layersOf, planEncodings } from "./layers";
import {
  assign,
  capacityFor,
  changedWants,
  SMALLEST,
  screenOf,
  visiblePictures,
  wantsOf,
} from "./slots";

const MIDS = { audio: ["a0", "a1", "a2"], video: ["v0", "v1", "v2", "v3"] };

test("slots do not grow while the room fits, and grow in steps when it does not", () => {
  expect(capacityFor(0)).toEqual({ audio: 3, video: 4 });
  expect(capacityFor(3)).toEqual({ audio: 3, video: 4 });
  expect(capacityFor(4)).toEqual({ audio: 6, video: 8 });
  expect(capacityFor(8, { audio: 6, video: 8 })).toEqual({ audio: 6, video: 8 });
  expect(capacityFor(9, { audio: 6, video: 8 })).toEqual({ audio: 6, video: 16 });
});

test("slots do not shrink when people leave", () => {
  expect(capacityFor(1, { audio: 8, video: 8 })).toEqual({ audio: 8, video: 8 });
});

test("a room beyond the largest offer gets the largest", () => {
  expect(capacityFor(90, SMALLEST)).toEqual({ audio: 6, video: 24 });
  expect(capacityFor(90, { audio: 6, video: 24 })).toEqual({ audio: 6, video: 24 });
});

test("who has a slot keeps it while others come and go", () => {
  const first = assign(new Map(), ["ana", "ben", "eva"], MIDS, []);

  const second = assign(first, ["eva", "kofi", "ben"], MIDS, []);

  expect(first).toEqual(
    new Map([
      ["v0", "ana"],
      ["v1", "ben"],
      ["v2", "eva"],
    ]),
  );
  expect(second.get("v1")).toBe("ben");
  expect(second.get("v2")).toBe("eva");
  expect(second.get("v0")).toBe("kofi");
});

test("a newcomer takes the picture beside their voice", () => {
  const slots = [
    {
      mid: "a2",
      shown: { participant: "ben", source: "microphone" as const },
      live: true,
      paused: null,
    },
  ];

  expect(assign(new Map(), ["ana", "ben"], MIDS, slots)).toEqual(
    new Map([
      ["v2", "ben"],
      ["v0", "ana"],
    ]),
  );
});

test("who does not fit is not shown", () => {
  const assigned = assign(new Map(), ["a", "b", "c", "d", "e"], MIDS, []);

  expect([...assigned.values()]).toEqual(["a", "b", "c", "d"]);
});

test("a camera that is off or not on the screen takes no slot", () => {
  const off = aParticipant("ben", "ben");
  off.sending.camera = false;
  const others = [aParticipant("ana", "ana"), off, aParticipant("eva", "eva")];

  expect(visiblePictures(others, new Map([["eva", null]]))).toEqual(["ana"]);
});

test("a shared screen goes before the cameras, and its sound keeps it company", () => {
  const ana = aParticipant("ana", "ana");
  ana.sending.screen = true;
  const pictures = visiblePictures([aParticipant("ben", "ben"), ana], new Map());
  const film = { participant: "ana", source: "screen_audio" } as const;

  expect(pictures).toEqual([screenOf("ana"), "ben", "ana"]);
  const assigned = assign(new Map(), pictures, MIDS, [
    { mid: "a1", shown: film, live: true, paused: null },
  ]);
  expect(assigned.get("v1")).toBe(screenOf("ana"));
  expect(wantsOf(assigned, new Map(), MIDS)[1]?.show).toEqual({
    participant: "ana",
    source: "screen",
  });
});

test("only what changed is told", () => {
  const assigned = new Map([["v0", "ana"]]);
  const small = wantsOf(assigned, new Map([["ana", { width: 320, height: 180 }]]), MIDS);
  const large = wantsOf(assigned, new Map([["ana", { width: 1280.4, height: 720 }]]), MIDS);

  expect(changedWants(small, large)).toEqual([
    { mid: "v0", show: { participant: "ana", source: "camera" }, width: 1280, height: 720 },
  ]);
  expect(changedWants(large, large)).toEqual([]);
});

test("layers follow the capture size", () => {
  const sizes = (width: number, height: number) =>
    layersOf(planEncodings(width, height), width, height).map(
      (layer) => `${layer.rid} ${layer.width}x${layer.height}`,
    );

  expect(sizes(1280, 720)).toEqual(["q 320x180", "h 640x360", "f 1280x720"]);
  expect(sizes(960, 540)).toEqual(["q 240x135", "h 480x270", "f 960x540"]);
  expect(sizes(640, 480)).toEqual(["q 320x240", "h 640x480"]);
  expect(sizes(320, 180)).toEqual(["q 320x180"]);
});
