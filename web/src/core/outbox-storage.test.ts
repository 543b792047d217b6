import "fake-indexeddb/auto";

import { expect, test } from "vitest";

import { indexedOutbox, type Unsent } from "./outbox-storage";

function unsent(clientId: string, person = "ana"): Unsent {
  return { clientId, person, conversation: "kitchen", text: clientId, writtenAt: 1 };
}

test("what was put is there after the page was loaded again, oldest first", async () => {
  const before = indexedOutbox("reload");
  await before.put(unsent("2"));
  await before.put(unsent("1"));
  await before.put(unsent("3"));
  await before.remove("3");

  const after = indexedOutbox("reload");

  expect((await after.all("ana")).map(({ clientId }) => clientId)).toEqual(["1", "2"]);
});

test("one person does not see what another wrote in the same browser", async () => {
  const storage = indexedOutbox("people");
  await storage.put(unsent("1", "ana"));
  await storage.put(unsent("2", "ben"));

  expect((await storage.all("ben")).map(({ clientId }) => clientId)).toEqual(["2"]);
});
