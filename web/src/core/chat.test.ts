import { expect, test } from "vitest";

import { NOTHING_KEPT } from "./personal";
import { settled } from "./testing/clock";
import { ANA, BEN, EVA } from "./testing/server";
import { openPage, reloadPage, type World } from "./testing/world";

async function openKitchen(before?: World): Promise<World> {
  const world = before ?? (await openPage());
  world.app.openConversation("kitchen");
  await settled();
  return world;
}

function kitchen(world: World) {
  const open = world.app.open.get();
  if (open === null) throw new Error("nothing is open");
  return open;
}

function texts(world: World): string[] {
  return kitchen(world).entries.map(({ content }) => (content.kind === "text" ? content.text : ""));
}

test("what others write while the socket is down arrives once and in order", async () => {
  const world = await openKitchen();
  world.server.post(BEN, "one");
  world.server.down();
  world.server.post(BEN, "two", false);
  world.server.post(EVA, "three", false);

  world.server.up();
  await world.clock.advance(10_000);

  expect(texts(world)).toEqual(["one", "two", "three"]);
  expect(world.server.requestsOf("hello")[1]?.known).toEqual([{ conversation: "kitchen", seq: 1 }]);
});

test("a hole in the numbers is asked for and closed", async () => {
  const world = await openKitchen();
  world.server.post(BEN, "one");
  world.server.post(BEN, "lost", false);

  world.server.post(BEN, "three");
  await settled();

  expect(texts(world)).toEqual(["one", "lost", "three"]);
  expect(world.server.requestsOf("changes")).toHaveLength(1);
});

test("an event that comes twice is applied once", async () => {
  const world = await openKitchen();
  const message = world.server.post(BEN, "one");

  world.server.tell({ type: "message_changed", message });
  await settled();

  expect(texts(world)).toEqual(["one"]);
});

test("a message whose reply was lost is stored once and shown once", async () => {
  const world = await openKitchen();
  world.server.losesReplyTo.add("send_message");

  kitchen(world).send("hello");
  await world.clock.advance(10_000);

  expect(world.server.messages).toHaveLength(1);
  expect(texts(world)).toEqual(["hello"]);
  expect(kitchen(world).entries[0]?.state).toEqual({ kind: "stored", tick: "sent" });
});

test("a message that was not acknowledged is sent again under the same name", async () => {
  const world = await openKitchen();
  world.server.ignores.add("send_message");
  kitchen(world).send("hello");
  await settled();
  world.server.down();
  world.server.ignores.clear();

  world.server.up();
  await world.clock.advance(10_000);

  const names = world.server.requestsOf("send_message").map(({ client_id }) => client_id);
  expect(names).toHaveLength(2);
  expect(new Set(names).size).toBe(1);
  expect(texts(world)).toEqual(["hello"]);
});

test("messages written offline are pending, and go out in order after a reload", async () => {
  const world = await openKitchen();
  world.server.down();
  kitchen(world).send("one");
  kitchen(world).send("two");
  kitchen(world).send("three");
  await settled();
  const states = kitchen(world).entries.map(({ state }) => state.kind);

  world.server.up();
  const again = await openKitchen(await reloadPage(world));
  await again.clock.advance(1_000);

  expect(states).toEqual(["pending", "pending", "pending"]);
  expect(world.server.messages.map(({ content }) => content)).toEqual([
    { kind: "text", text: "one" },
    { kind: "text", text: "two" },
    { kind: "text", text: "three" },
  ]);
  expect(texts(again)).toEqual(["one", "two", "three"]);
});

test("an entry keeps its key from pending to stored", async () => {
  const world = await openKitchen();

  kitchen(world).send("hello");
  const pending = kitchen(world).entries[0]?.key;
  await settled();

  expect(kitchen(world).entries.map(({ key }) => key)).toEqual([pending]);
});

test("a refused message fails, keeps nobody waiting, and can be sent again", async () => {
  const world = await openKitchen();
  world.server.refuses.set("send_message", "too_long");
  kitchen(world).send("too long");
  await settled();
  world.server.refuses.clear();
  kitchen(world).send("short");
  await settled();

  const failed = kitchen(world).entries.find(({ state }) => state.kind === "failed");
  if (failed?.state.kind !== "failed") throw new Error("nothing failed");
  failed.state.retry();
  await settled();

  expect(failed.state.problem).toBe("too_long");
  expect(texts(world)).toEqual(["short", "too long"]);
});

test("a full disk keeps the message pending until it is stored", async () => {
  const world = await openKitchen();
  world.server.refuses.set("send_message", "unavailable");
  kitchen(world).send("hello");
  await settled();
  const meanwhile = kitchen(world).entries[0]?.state.kind;
  const held = () => {
    const connection = world.app.connection.get();
    return connection.kind === "online" && connection.held;
  };
  expect(held()).toBe(true);

  world.server.refuses.clear();
  await world.clock.advance(2_000);

  expect(meanwhile).toBe("pending");
  expect(held()).toBe(false);
  expect(kitchen(world).entries[0]?.state.kind).toBe("stored");
});

test("ticks follow the slowest member and never go back", async () => {
  const world = await openKitchen();
  kitchen(world).send("hello");
  await settled();
  const ticks: unknown[] = [];
  const reach = async (person: string, delivered_number: number, read_number: number) => {
    const marker = { person, delivered_number, read_number };
    world.server.tell({ type: "marker_changed", conversation: "kitchen", marker });
    await settled();
    ticks.push(kitchen(world).entries[0]?.state);
  };

  await reach("ben", 1, 1);
  await reach("eva", 1, 0);
  await reach("eva", 1, 1);
  await reach("eva", 0, 0);

  expect(ticks).toEqual([
    { kind: "stored", tick: "sent" },
    { kind: "stored", tick: "delivered" },
    { kind: "stored", tick: "read" },
    { kind: "stored", tick: "read" },
  ]);
  expect(kitchen(world).reaches.map(({ person }) => person.name)).toEqual([
    "Ben Bocco",
    "Eva Edoh",
  ]);
});

test("whose reading is not told never turns a message to read", async () => {
  const world = await openPage();
  await openKitchen(world);
  world.server.post(ANA, "hello");
  const tell = async (person: string, parts: { read_number: number; read_hidden?: boolean }) => {
    const marker = { person, delivered_number: 1, ...parts };
    world.server.tell({ type: "marker_changed", conversation: "kitchen", marker });
    await settled();
    return kitchen(world).entries[0]?.state;
  };

  await tell("ben", { read_number: 1 });
  const read = await tell("eva", { read_number: 1 });
  const hidden = await tell("eva", { read_number: 0, read_hidden: true });

  expect([read, hidden]).toEqual([
    { kind: "stored", tick: "read" },
    { kind: "stored", tick: "delivered" },
  ]);
});

test("messages count as unread until they were on a visible page", async () => {
  const world = await openPage();
  world.server.post(BEN, "one");
  world.server.post(BEN, "two");
  await openKitchen(world);
  world.visible = false;
  kitchen(world).markRead(2);
  await settled();
  const hidden = world.app.conversations.get().unread;

  world.visible = true;
  kitchen(world).markRead(2);
  await settled();

  expect(hidden).toBe(2);
  expect(world.app.conversations.get().unread).toBe(0);
  expect(kitchen(world).firstUnreadNumber).toBe(1);
  expect(world.server.requestsOf("mark").at(-1)).toMatchObject({ read_number: 2 });
});

test("whatever arrives is marked as delivered", async () => {
  const world = await openPage();

  world.server.post(BEN, "one");
  await settled();

  expect(world.server.requestsOf("mark")).toEqual([
    { type: "mark", conversation: "kitchen", delivered_number: 1, read_number: 0 },
  ]);
});

test("somebody who types is forgotten after six seconds", async () => {
  const world = await openKitchen();
  world.server.tell({ type: "typing", conversation: "kitchen", person: "ben", active: true });
  await world.clock.advance(5_900);
  const before = kitchen(world).typing.map(({ name }) => name);

  await world.clock.advance(200);

  expect(before).toEqual(["Ben Bocco"]);
  expect(kitchen(world).typing).toEqual([]);
});

test("typing is told at once, every four seconds, and taken back when it stops", async () => {
  const world = await openKitchen();
  for (let press = 0; press < 5; press += 1) {
    kitchen(world).setDraft("hello".slice(0, press + 1));
    await world.clock.advance(1_000);
  }

  await world.clock.advance(5_000);

  const told = world.server.requestsOf("typing").map(({ active }) => active);
  expect(told).toEqual([true, true, false]);
});

test("older messages are read page by page until the first", async () => {
  const world = await openPage(undefined, ({ server }) => {
    for (let number = 1; number <= 120; number += 1) server.past(BEN, String(number));
    server.readAll(ANA);
  });
  await openKitchen(world);
  const sizes = [kitchen(world).entries.length];
  while (kitchen(world).loadOlder !== undefined) {
    kitchen(world).loadOlder?.();
    await settled();
    sizes.push(kitchen(world).entries.length);
  }

  expect(sizes).toEqual([51, 101, 120]);
  expect(kitchen(world).history).toBe("complete");
  expect(kitchen(world).entries.map(({ number }) => number)).toEqual(
    Array.from({ length: 120 }, (_, index) => index + 1),
  );
});

test("what was not read yet is read back to its first message", async () => {
  const world = await openPage(undefined, ({ server }) => {
    for (let number = 1; number <= 300; number += 1) server.past(BEN, String(number));
    server.readAll(ANA, 100);
  });
  await openKitchen(world);

  const { entries, firstUnreadNumber } = kitchen(world);
  expect(firstUnreadNumber).toBe(101);
  expect(entries[0]?.number).toBeLessThan(101);
});

test("an entry that did not change is the same object as before", async () => {
  const world = await openKitchen();
  world.server.post(BEN, "one");
  await settled();
  const before = kitchen(world).entries[0];

  world.server.post(EVA, "two");
  await settled();

  expect(kitchen(world).entries[0]).toBe(before);
});

test("a draft survives a reload and is gone once it is sent", async () => {
  const world = await openKitchen();
  kitchen(world).setDraft("half a thought");

  const again = await openKitchen(await reloadPage(world));
  const kept = kitchen(again).draft;
  kitchen(again).send("a whole thought");

  expect(kept).toBe("half a thought");
  expect(kitchen(again).draft).toBe("");
});

test("a draft keeps what it answers, over a reload and on another device", async () => {
  const world = await openKitchen();
  const asked = world.server.post(BEN, "rice or beans?");
  await settled();
  const [entry] = kitchen(world).entries;
  if (entry === undefined) throw new Error("nothing was said");
  kitchen(world).actions(entry).quote?.();
  kitchen(world).setDraft("beans");
  await world.clock.advance(1_500);
  const quote = { quote: asked.id, quote_number: asked.number };
  expect(world.server.requestsOf("keep").at(-1)?.change).toMatchObject({
    draft: { text: "beans", ...quote },
  });

  const again = await openKitchen(await reloadPage(world));
  expect(kitchen(again).quoting?.id).toBe(asked.id);
  kitchen(again).send("beans");
  await settled();

  expect(again.server.requestsOf("send_message").at(-1)?.quote).toBe(asked.id);
  expect(kitchen(again).quoting).toBeNull();
  await again.clock.advance(2_000);

  // Another device begins to answer.
  const draft = { text: "", ...quote };
  const conversations = [{ ...NOTHING_KEPT, conversation: "kitchen", seq: 9, draft }];
  const changes = { seq: 9, conversations, marks: [], gap: false };
  again.server.tell({ type: "personal_changed", changes });
  await settled();
  expect(kitchen(again).quoting?.id).toBe(asked.id);
});

test("an edit that was neither saved nor given up is found again", async () => {
  const world = await openKitchen();
  kitchen(world).send("rice");
  await settled();
  const edit = (at: World) => {
    const [entry] = kitchen(at).entries;
    return entry && kitchen(at).actions(entry).edit;
  };
  edit(world)?.keep("rice and beans");

  const again = await openKitchen(await reloadPage(world));
  const kept = edit(again)?.typed;
  edit(again)?.keep(null);

  expect(kept).toBe("rice and beans");
  expect(edit(again)?.typed).toBe("rice");
});

test("a draft is shared once nobody types, and what another device wrote is taken", async () => {
  const world = await openKitchen();
  kitchen(world).setDraft("hel");
  kitchen(world).setDraft("hello");
  await world.clock.advance(2_000);

  expect(world.server.requestsOf("keep").map(({ change }) => change)).toEqual([
    { kind: "draft", draft: { text: "hello", quote: null } },
  ]);
  const draft = { text: "bye", quote: null };
  const conversations = [{ ...NOTHING_KEPT, conversation: "kitchen", seq: 1, draft }];
  const changes = { seq: 1, conversations, marks: [], gap: false };
  world.server.tell({ type: "personal_changed", changes });
  await settled();
  expect(kitchen(world).draft).toBe("bye");
});

test("a draft written offline stands above what another device wrote before", async () => {
  const world = await openKitchen();
  world.server.down();
  await settled();
  kitchen(world).setDraft("mine");
  const draft = { text: "older", quote: null };
  const conversations = [{ ...NOTHING_KEPT, conversation: "kitchen", seq: 1, draft }];
  world.server.personal = { seq: 1, conversations, marks: [], gap: false };
  world.server.up();
  await world.clock.advance(60_000);

  expect(kitchen(world).draft).toBe("mine");
  expect(world.server.requestsOf("keep").at(-1)?.change).toMatchObject({ draft: { text: "mine" } });
});

test("a new group opens as soon as it is made", async () => {
  const world = await openPage();

  const outcome = await world.app.conversations.get().create?.(["ben"], "garden");
  await settled();

  expect(outcome).toEqual({ ok: true });
  expect(world.app.open.get()?.title).toBe("garden");
});

test("a server that was upgraded offers to load the page again", async () => {
  const world = await openPage();
  world.server.down();
  world.server.version = "1.1.0";
  world.server.up();
  await world.clock.advance(10_000);

  const connection = world.app.connection.get();
  if (connection.kind === "online") connection.reload?.();

  expect(world.reloads).toBe(1);
});

test("a conversation can be asked for before the server has answered", async () => {
  const world = await openPage(undefined, ({ server }) => {
    server.reachable = false;
  });
  world.app.openConversation("kitchen");
  world.server.up();
  const session = world.app.session.get();
  if (session.kind === "unreachable") session.retry();
  await settled();

  expect(world.app.open.get()?.title).toBe("kitchen");
});

test("marking again what is marked draws nothing", async () => {
  const world = await openKitchen();
  world.server.post(BEN, "one");
  await settled();
  kitchen(world).markRead(1);
  await settled();
  const drawn = kitchen(world);

  drawn.markRead(1);
  await settled();

  expect(world.app.open.get()).toBe(drawn);
});

test("a newer version is offered once the call is over", async () => {
  const world = await openPage();
  world.update();
  await settled();
  const idle = offered(world);
  world.app.openConversation("kitchen");
  await settled();
  world.app.open.get()?.startCall?.("audio");
  await settled();
  const inCall = offered(world);

  world.app.call.get()?.leave?.();
  await settled();

  expect([idle, inCall, offered(world)]).toEqual([true, false, true]);
});

function offered(world: World): boolean {
  const connection = world.app.connection.get();
  return connection.kind === "online" && connection.reload !== undefined;
}

test("what is over is forgotten at its time, also by what the device keeps, without the server", async () => {
  const world = await openKitchen();
  const stays = world.server.post(BEN, "stays");
  const at = world.clock.now() + 60_000;
  const over = world.server.post(BEN, "the well is dry");
  const message = { ...over, expires_at_ms: at, changed_seq: over.changed_seq + 1 };
  world.server.tell({ type: "message_changed", message });
  await settled();
  expect(texts(world)).toEqual(["stays", "the well is dry"]);
  const unread = () => world.app.conversations.get().unread;
  expect(unread()).toBe(2);

  world.server.down();
  await world.clock.advance(61_000);

  expect(texts(world)).toEqual(["stays"]);
  expect(unread()).toBe(1);
  expect(world.app.conversations.get().rows[0]?.preview?.content).toMatchObject({ text: "stays" });
  expect(stays.number).toBe(over.number - 1);
});

test("whoever writes has read what is above, without being told so", async () => {
  const world = await openKitchen();
  kitchen(world).send("hello");
  await settled();
  expect(kitchen(world).entries[0]?.state).toEqual({ kind: "stored", tick: "sent" });

  for (const one of [BEN, EVA]) world.server.post(one, "I have read it");
  await settled();

  expect(kitchen(world).entries[0]?.state).toEqual({ kind: "stored", tick: "read" });
});
