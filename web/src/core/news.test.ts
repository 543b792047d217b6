import { expect, test } from "vitest";

import { group, open, rows } from "../fixture/chat";
import { kofi, sena, yao } from "../fixture/people";
import type { Entry, OpenConversation } from "./model";
import { type News, Newsreader } from "./news";
import { FakeClock } from "./testing/clock";

function listening() {
  const clock = new FakeClock();
  const heard: News[][] = [];
  const reader = new Newsreader(clock, (news) => heard.push([...news]));
  return { clock, heard, reader };
}

const [sample] = open.entries;
if (sample === undefined) throw new Error("the made-up conversation is empty");

function said(number: number, own = false): Entry {
  return {
    ...(sample as Entry),
    key: String(number),
    sender: kofi,
    own,
    at: 0,
    number,
    content: { kind: "text", text: `text ${number}` },
    state: { kind: "stored", tick: null },
  };
}

function conversation(...entries: Entry[]): OpenConversation {
  return { ...open, entries, typing: [], history: "more" };
}

test("what was there when one came is no news", async () => {
  const { clock, heard, reader } = listening();
  reader.look([], false, null);
  reader.look(rows, true, null);
  reader.look(rows, true, { ...conversation(), history: "loading" });
  reader.look(rows, true, conversation(said(1), said(2)));
  await clock.advance(10_000);

  expect(heard).toEqual([]);
});

test("messages of others are said together and once, one's own are not", async () => {
  const { clock, heard, reader } = listening();
  reader.look(rows, true, conversation(said(1)));
  reader.look(rows, true, conversation(said(1), said(2)));
  await clock.advance(500);
  reader.look(rows, true, conversation(said(1), said(2), said(3), said(4, true)));
  await clock.advance(10_000);

  expect(heard).toEqual([
    [
      { kind: "message", entry: said(2) },
      { kind: "message", entry: said(3) },
    ],
  ]);
});

test("the first message of an empty conversation is news", async () => {
  const { clock, heard, reader } = listening();
  reader.look(rows, true, { ...conversation(), history: "complete" });
  reader.look(rows, true, { ...conversation(said(1)), history: "complete" });
  await clock.advance(1_000);

  expect(heard).toEqual([[{ kind: "message", entry: said(1) }]]);
});

test("a flood is counted, not read out", async () => {
  const { clock, heard, reader } = listening();
  reader.look(rows, true, conversation(said(1)));
  reader.look(rows, true, conversation(...[1, 2, 3, 4, 5, 6].map((number) => said(number))));
  await clock.advance(1_000);

  expect(heard).toEqual([[{ kind: "messages", title: group.title, count: 5 }]]);
});

test("another conversation says how many came, and older pages say nothing", async () => {
  const { clock, heard, reader } = listening();
  const more = rows.map((row) => (row.id === "afi" ? { ...row, unread: row.unread + 2 } : row));
  reader.look(rows, true, conversation(said(5)));
  reader.look(more, true, conversation(said(3), said(4), said(5)));
  await clock.advance(1_000);

  expect(heard).toEqual([[{ kind: "messages", title: "Afi Lawson", count: 2 }]]);
});

test("who types is said once in a while, and not when the message is there already", async () => {
  const { clock, heard, reader } = listening();
  const quiet = conversation(said(1));
  reader.look(rows, true, quiet);
  reader.look(rows, true, { ...quiet, typing: [sena] });
  await clock.advance(6_000);
  reader.look(rows, true, quiet);
  reader.look(rows, true, { ...quiet, typing: [sena] });
  await clock.advance(6_000);
  expect(heard).toEqual([[{ kind: "typing", people: [sena] }]]);

  reader.look(rows, true, { ...quiet, typing: [kofi, yao] });
  reader.look(rows, true, conversation(said(1), said(2)));
  await clock.advance(1_000);
  expect(heard[1]).toEqual([
    { kind: "message", entry: said(2) },
    { kind: "typing", people: [yao] },
  ]);
});

test("going to another conversation drops what was not said yet", async () => {
  const { clock, heard, reader } = listening();
  reader.look(rows, true, conversation(said(1)));
  reader.look(rows, true, conversation(said(1), said(2)));
  reader.look(rows, true, { ...conversation(said(9)), id: "other" });
  await clock.advance(1_000);

  expect(heard).toEqual([]);
});
