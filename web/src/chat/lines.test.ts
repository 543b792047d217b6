import { expect, test } from "vitest";

import type { Entry } from "../core/model";
import { ama, kofi } from "../fixture/people";
import { type Line, lines } from "./lines";

const NOON = new Date(2026, 2, 12, 12).getTime();
const MINUTE_MS = 60_000;

function said(sender: typeof ama, minute: number, number: number): Entry {
  return {
    key: String(number),
    sender,
    own: sender.self,
    at: NOON + minute * MINUTE_MS,
    number,
    content: { kind: "text", text: "…" },
    state: { kind: "stored", tick: null },
    id: "message",
    editedAt: null,
    quote: null,
    forwarded: false,
    reactions: [],
    pinned: false,
    starred: false,
    mentionsMe: false,
    listening: null,
  };
}

const shape = (drawn: readonly Line[]): string[] =>
  drawn.map((line) =>
    line.kind === "entry"
      ? `${line.entry.key}${line.first ? " first" : ""}${line.last ? " last" : ""}`
      : line.kind,
  );

test("messages of one sender within five minutes are one group", () => {
  const drawn = lines([said(kofi, 0, 1), said(kofi, 1, 2), said(ama, 2, 3)], null);
  expect(shape(drawn)).toEqual(["day", "1 first", "2 last", "3 first last"]);
});

test("a pause begins a new group", () => {
  const drawn = lines([said(kofi, 0, 1), said(kofi, 6, 2)], null);
  expect(shape(drawn)).toEqual(["day", "1 first last", "2 first last"]);
});

test("each day has its separator", () => {
  const drawn = lines([said(kofi, 0, 1), said(kofi, 24 * 60, 2)], null);
  expect(shape(drawn)).toEqual(["day", "1 first last", "day", "2 first last"]);
});

test("the line of new messages stands above the first unread one and parts its group", () => {
  const drawn = lines([said(kofi, 0, 1), said(kofi, 1, 2)], 2);
  expect(shape(drawn)).toEqual(["day", "1 first last", "new", "2 first last"]);
});
