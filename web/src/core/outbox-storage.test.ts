import "fake-indexeddb/auto";

import { expect, test } from "vitest";

import { indexedOutbox, type Notes, type Unsent } from "./outbox-storage";

function unsent(clientId: string, person = "ana"): Unsent {
  return { clientId, person, conversation: "kitchen", text: clientId, writtenAt: 1 };
}

function emptyNotes(): Notes {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    key: (index) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}

test("what was put is there after the page was loaded again, oldest first", async () => {
  const notes = emptyNotes();
  const before = indexedOutbox(notes, "reload");
  await before.put(unsent("2"));
  await before.put(unsent("1"));
  await before.put(unsent("3"));
  await before.remove("3");

  const after = indexedOutbox(notes, "reload");

  expect((await after.all("ana")).map(({ clientId }) => clientId)).toEqual(["1", "2"]);
  expect(notes.length).toBe(0);
});

test("what was put as the page went away is there in the next one, once", async () => {
  const notes = emptyNotes();
  void indexedOutbox(notes, "a database whose transactions are lost").put(unsent("1"));

  const next = indexedOutbox(notes, "next");

  expect(await next.all("ana")).toEqual([unsent("1")]);
  expect(await next.all("ana")).toEqual([unsent("1")]);
  await next.remove("1");
  expect(await next.all("ana")).toEqual([]);
});

test("one person does not see what another wrote in the same browser", async () => {
  const storage = indexedOutbox(emptyNotes(), "people");
  await storage.put(unsent("1", "ana"));
  await storage.put(unsent("2", "ben"));

  expect((await storage.all("ben")).map(({ clientId }) => clientId)).toEqual(["2"]);
});
