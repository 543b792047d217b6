import { expect, test } from "vitest";

import { callOf } from "../../fixture/call";
import type { ScreenTile, Tile } from "../model";
import { storage } from "../testing/world";
import { Layout } from "./layout";

const screen = { key: "screen:ben", stream: null } as ScreenTile;

function people(...speaking: number[]): Tile[] {
  return callOf(4).tiles.map((tile, index) => ({ ...tile, speaking: speaking.includes(index) }));
}

function layout(shared = storage()): Layout {
  return new Layout(shared, () => {});
}

test("in the grid nobody is large until somebody shares a screen", () => {
  const one = layout();
  expect(one.draw(people(1), []).featured).toBeNull();
  expect(one.draw(people(1), [screen]).featured).toBe("screen:ben");
  expect(one.draw(people(1), []).featured).toBeNull();
});

test("in the speaker view who spoke last stays large in every pause", () => {
  const one = layout();
  one.draw(people(), []).setMode("speaker");
  expect(one.draw(people(2), []).featured).toBe("participant-2");
  expect(one.draw(people(), []).featured).toBe("participant-2");
  expect(one.draw(people(0), []).featured).toBe("participant-2");
});

test("what is pinned goes before everything, and is forgotten when it leaves", () => {
  const one = layout();
  one.draw(people(), []).pin("participant-3");
  expect(one.draw(people(1), [screen]).featured).toBe("participant-3");
  const left = people(1).filter(({ participant }) => participant !== "participant-3");
  expect(one.draw(left, [screen])).toMatchObject({ pinned: null, featured: "screen:ben" });
});

test("the view is remembered for the next call, and asking for one lets go of the pin", () => {
  const shared = storage();
  const one = layout(shared);
  one.draw(people(), []).pin("participant-3");
  one.draw(people(), []).setMode("speaker");
  expect(one.draw(people(), []).pinned).toBeNull();
  expect(layout(shared).draw(people(), []).mode).toBe("speaker");
});
