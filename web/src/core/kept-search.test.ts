import { expect, test } from "vitest";

import { searchKept } from "./kept-search";
import type { SearchQuery } from "./model";
import type { Attachment, Message } from "./protocol";

const QUERY: SearchQuery = {
  words: "",
  from: null,
  conversation: null,
  after: null,
  before: null,
  hasFile: false,
  hasLink: false,
  order: "latest",
};

function message(number: number, text: string, parts: Partial<Message> = {}): Message {
  return {
    id: `m${number}`,
    conversation: "kitchen",
    seq: number,
    changed_seq: number,
    number,
    sender: "ben",
    client_id: `c${number}`,
    sent_at_ms: number,
    content: { kind: "text", text },
    ...parts,
  };
}

function find(words: string, messages: readonly Message[], parts: Partial<SearchQuery> = {}) {
  const hits = searchKept(messages, { ...QUERY, ...parts, words });
  return hits.map(({ message }) => message.number);
}

test("all words must be there, accents and case aside, and the last may be a beginning", () => {
  const messages = [
    message(1, "Réunion à Kpalimé"),
    message(2, "La réunion est finie"),
    message(3, "Kpalimé"),
  ];

  expect(find("reunion KPAL", messages)).toEqual([1]);
  expect(find("reun kpalime", messages)).toEqual([]);
  expect(find("kpalime", messages)).toEqual([3, 1]);
  expect(find("…", messages)).toEqual([]);
});

test("filters hold, and names of files are looked through", () => {
  const plan = { file: "f", name: "plan.pdf", bytes: 1, media_type: "", kind: "file" };
  const attachments = [plan as unknown as Attachment];
  const messages = [
    message(1, "the plan"),
    message(2, "", { content: { kind: "text", text: "", attachments } }),
    message(3, "a plan", { sender: "eva", conversation: "pair" }),
    message(4, "plan", { content: { kind: "deleted", by: "ben" } }),
  ];

  expect(find("plan", messages)).toEqual([3, 2, 1]);
  expect(find("plan", messages, { hasFile: true })).toEqual([2]);
  expect(find("plan", messages, { from: "eva" })).toEqual([3]);
  expect(find("plan", messages, { conversation: "kitchen", after: 2 })).toEqual([2]);
  expect(find("plan", messages, { before: 2 })).toEqual([1]);
});

test("an excerpt begins a little before what was found and marks it", () => {
  const text = `${"word ".repeat(100)}the manguier stands ${"there ".repeat(100)}`;
  const [hit] = searchKept([message(1, text)], { ...QUERY, words: "mangu" });
  const [mark] = hit?.highlights ?? [];
  if (hit === undefined || mark === undefined) throw new Error("nothing found");

  expect(hit.excerpt.startsWith("…word")).toBe(true);
  expect(hit.excerpt.endsWith("…")).toBe(true);
  expect(hit.excerpt.slice(mark.offset, mark.offset + mark.length)).toBe("manguier");
});
