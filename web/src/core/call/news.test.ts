import { expect, test } from "vitest";

import { callOf } from "../../fixture/call";
import type { CurrentCall } from "../model";
import { callNews } from "./news";

const before = callOf(3);

function changed(change: Partial<CurrentCall>): CurrentCall {
  return { ...before, ...change };
}

test("whoever comes and goes is told of, once for all of their devices", () => {
  const more = callOf(4);
  const second = { ...more.tiles[3], participant: "second device" } as CurrentCall["tiles"][0];

  expect(callNews(before, { ...more, tiles: [...more.tiles, second] })).toEqual([
    { kind: "came", person: more.tiles[3]?.person },
  ]);
  expect(callNews(more, before)).toEqual([{ kind: "left", person: more.tiles[3]?.person }]);
});

test("those who are there when one comes in are no news", () => {
  const [self, ...others] = before.tiles;
  if (self === undefined) throw new Error("nobody");
  const joining = changed({ tiles: [{ ...self, connection: "connecting" }] });

  expect(callNews(joining, changed({ tiles: [self, ...others] }))).toEqual([]);
});

test("a hand and an emoji of somebody else are told of", () => {
  const [self, kofi, ...rest] = before.tiles;
  if (self === undefined || kofi === undefined) throw new Error("nobody");
  const now = changed({
    tiles: [{ ...self, handAt: 1 }, { ...kofi, handAt: 2 }, ...rest],
    floor: {
      ...before.floor,
      reactions: [
        { key: "1", person: self.person, emoji: "👍" },
        { key: "2", person: kofi.person, emoji: "👏" },
      ],
    },
  });

  expect(callNews(before, now)).toEqual([
    { kind: "hand", person: kofi.person },
    { kind: "reaction", person: kofi.person, emoji: "👏" },
  ]);
  expect(callNews(now, now)).toEqual([]);
});

test("a screen that is shared is told of once", () => {
  const screen = { key: "s", person: callOf(3).tiles[1]?.person } as CurrentCall["screens"][0];
  const now = changed({ screens: [screen] });

  expect(callNews(before, now)).toEqual([{ kind: "screen", person: screen.person }]);
  expect(callNews(now, now)).toEqual([]);
});
