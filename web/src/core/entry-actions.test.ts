import { expect, test } from "vitest";

import type { Entry } from "./model";
import type { Message } from "./protocol";
import { settled } from "./testing/clock";
import { ANA, BEN } from "./testing/server";
import { openPage, type World } from "./testing/world";

async function openKitchen(...texts: [typeof ANA, string][]): Promise<World> {
  const world = await openPage();
  world.app.openConversation("kitchen");
  await settled();
  for (const [person, text] of texts) world.server.post(person, text);
  await settled();
  return world;
}

function kitchen(world: World) {
  const open = world.app.open.get();
  if (open === null) throw new Error("nothing is open");
  return open;
}

function entry(world: World, at: number): Entry {
  const found = kitchen(world).entries.at(at);
  if (found === undefined) throw new Error("no such entry");
  return found;
}

const actions = (world: World, at: number) => kitchen(world).actions(entry(world, at));

test("what is typed with marks is shown so at once and sent as text and entities", async () => {
  const world = await openKitchen();
  world.server.ignores.add("send_message");

  kitchen(world).send("*hi* @ben");
  await settled();

  expect(entry(world, -1).content).toEqual({
    kind: "text",
    text: "hi @ben",
    entities: [
      { offset: 0, length: 2, style: { kind: "bold" } },
      { offset: 3, length: 4, style: { kind: "mention", person: BEN.id } },
    ],
  });
  expect(world.server.requestsOf("send_message")[0]).toMatchObject({
    text: "hi @ben",
    entities: [{ offset: 0 }, { offset: 3 }],
  });
});

test("an answer quotes, once, what it answers", async () => {
  const world = await openKitchen([BEN, "tea?"]);

  actions(world, 0).quote?.();
  expect(kitchen(world).quoting?.quoted?.content).toEqual({ kind: "text", text: "tea?" });
  kitchen(world).send("yes");
  await settled();
  kitchen(world).send("please");
  await settled();

  expect(entry(world, 1).quote).toMatchObject({ number: 1, quoted: { sender: { id: BEN.id } } });
  expect(entry(world, 2).quote).toBeNull();
  expect(kitchen(world).stopQuoting).toBeUndefined();
});

test("one edits and deletes one's own messages, others only for oneself", async () => {
  const world = await openKitchen([ANA, "helo"], [BEN, "hi"]);

  expect(actions(world, 1).edit).toBeUndefined();
  expect(actions(world, 1).deleteForAll).toBeUndefined();
  expect(actions(world, 1).deleteForMe).toBeDefined();
  expect(actions(world, 0).edit?.typed).toBe("helo");
  const outcome = await actions(world, 0).edit?.save("hello");
  await settled();

  expect(outcome).toEqual({ ok: true });
  expect(entry(world, 0)).toMatchObject({ content: { text: "hello" }, editedAt: 3_000 });
  actions(world, 0).deleteForAll?.();
  await settled();
  expect(entry(world, 0).content).toMatchObject({ kind: "deleted", by: { id: ANA.id } });
  expect(actions(world, 0).react).toBeUndefined();
});

test("an edit that came too late says why and changes nothing", async () => {
  const world = await openKitchen([ANA, "helo"]);
  world.server.refuses.set("edit_message", "stale");

  const outcome = await actions(world, 0).edit?.save("hello");

  expect(outcome).toEqual({ ok: false, problem: "stale" });
  expect(entry(world, 0).content).toMatchObject({ text: "helo" });
});

test("a reaction is one's own and a pin is everybody's", async () => {
  const world = await openKitchen([BEN, "party?"]);

  actions(world, 0).react?.("🎉");
  await settled();
  actions(world, 0).pin?.(true);
  await settled();

  expect(entry(world, 0).reactions).toMatchObject([{ emoji: "🎉", mine: true }]);
  expect(entry(world, 0).pinned).toBe(true);
  expect(kitchen(world).pinned).toEqual([1]);
});

test("a message deleted for oneself is gone on every device, and so is its preview", async () => {
  const world = await openKitchen([BEN, "one"], [BEN, "two"]);
  const message = entry(world, 1).id ?? "";
  const mark = { conversation: "kitchen", message, seq: 4, starred: false, hidden: true };

  const marks = [mark];
  const changes = { seq: 4, conversations: [], marks, gap: false };
  world.server.tell({ type: "personal_changed", changes });
  await settled();

  expect(kitchen(world).entries).toHaveLength(1);
  expect(kitchen(world).preview?.content).toMatchObject({ text: "one" });
});

test("how a conversation is kept follows the latest change, whatever comes late", async () => {
  const world = await openKitchen([BEN, "one"]);
  const keep = (seq: number, archived: boolean) => ({
    conversation: "kitchen",
    seq,
    pinned_at_ms: null,
    archived,
    muted_until_ms: 9_007_199_254_740_991,
    notify: "mentions" as const,
    marked_unread: true,
    draft: null,
  });

  for (const [seq, archived] of [
    [2, true],
    [1, false],
  ] as const) {
    const conversations = [keep(seq, archived)];
    const changes = { seq: 2, conversations, marks: [], gap: false };
    world.server.tell({ type: "personal_changed", changes });
  }
  await settled();

  const row = world.app.conversations.get().rows.find(({ id }) => id === "kitchen");
  expect(row).toMatchObject({ archived: true, notify: "mentions", markedUnread: true });
  expect(row?.mutedUntil).toBe(9_007_199_254_740_991);
  world.server.down();
  world.server.up();
  await world.clock.advance(10_000);
  expect(world.server.requestsOf("hello").at(-1)?.personal_seq).toBe(2);
});

test("nothing can be done with messages while the server is away, but to answer them", async () => {
  const world = await openKitchen([ANA, "one"]);

  world.server.down();
  await settled();

  const { quote, ...rest } = actions(world, 0);
  expect(quote).toBeDefined();
  expect(Object.values(rest).every((action) => action === undefined)).toBe(true);
});

test("unread messages that name oneself are counted apart", async () => {
  const world = await openPage();
  const message = world.server.post(BEN, "@ana look", false);
  message.content = {
    kind: "text",
    text: "@ana look",
    entities: [{ offset: 0, length: 4, style: { kind: "mention", person: ANA.id } }],
  };
  world.server.tell({ type: "message_changed", message });
  await settled();

  expect(world.app.conversations.get().rows[0]).toMatchObject({ unread: 1, mentions: 1 });
});

test("what is found is told with the place where it is, page by page", async () => {
  const world = await openKitchen([BEN, "tea at noon"]);
  const message = world.server.messages[0] as Message;
  const highlights = [{ offset: 0, length: 3 }];
  world.server.found = { found: [{ message, excerpt: "tea at noon", highlights }], more: true };

  const query = { words: "tea", from: BEN.id, conversation: null, after: null, before: null };
  const page = await world.app.conversations.get().search?.({
    ...query,
    hasFile: true,
    hasLink: false,
    order: "latest",
  });
  if (page?.ok !== true) throw new Error("nothing found");
  await page.more?.();

  expect(page.hits[0]).toMatchObject({ title: "kitchen", highlights, entry: { number: 1 } });
  expect(world.server.requestsOf("search").map(({ skip }) => skip)).toEqual([0, 1]);
  expect(world.server.requestsOf("search")[0]?.filter).toMatchObject({
    from: BEN.id,
    has_file: true,
    has_link: false,
  });
});

test("members do what they may, admins more, and nobody dismisses the last admin", async () => {
  const world = await openKitchen();
  const group = () => kitchen(world).group;
  expect(group()?.add).toBeDefined();
  expect(group()?.remove(BEN.id)).toBeUndefined();

  const conversation = structuredClone(world.server.conversations.get("kitchen"));
  if (conversation === undefined) throw new Error("no kitchen");
  world.server.tell({
    type: "conversation_changed",
    conversation: { ...conversation, admins: [ANA.id] },
  });
  await settled();

  expect(group()?.remove(BEN.id)).toBeDefined();
  expect(group()?.setAdmin(BEN.id)).toBeDefined();
  expect(group()?.setAdmin(ANA.id)).toBeUndefined();
  expect(await group()?.leave?.()).toEqual({ ok: true });
  expect(world.server.requestsOf("remove_member")[0]?.person).toBe(ANA.id);
});

test("whoever is removed has the conversation no longer", async () => {
  const world = await openKitchen([BEN, "one"]);

  world.server.tell({ type: "conversation_removed", conversation: "kitchen" });
  await settled();

  expect(world.app.open.get()).toBeNull();
  expect(world.app.conversations.get().rows).toEqual([]);
});
