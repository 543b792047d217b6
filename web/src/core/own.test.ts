import { expect, test } from "vitest";

import { settled } from "./testing/clock";
import { ANA, BEN } from "./testing/server";
import { openPage, type World } from "./testing/world";

/** Ana's page, with a conversation with Ben. */
async function withBen(prepare?: (world: World) => void): Promise<World> {
  return openPage(undefined, (world) => {
    const direct = world.server.conversation(BEN.username, [ANA, BEN]);
    direct.kind = "direct";
    prepare?.(world);
  });
}

test("a beep rings until it is opened, and then its conversation is there", async () => {
  const world = await withBen();

  world.server.beep(BEN, "the door", world.app.now());
  await settled();
  const [beep] = world.app.beeps.get();
  expect(beep).toMatchObject({ from: { id: BEN.id }, why: "the door", silent: false });

  beep?.open();
  await settled();
  expect(world.app.beeps.get()).toEqual([]);
  expect(world.app.open.get()?.id).toBe(BEN.username);
});

test("a beep that is a minute old, or was read elsewhere, does not ring", async () => {
  const world = await withBen();

  world.server.beep(BEN, "old", world.app.now() - 60_000);
  await settled();
  expect(world.app.beeps.get()).toEqual([]);

  world.server.beep(BEN, "fresh", world.app.now());
  await settled();
  expect(world.app.beeps.get()).toHaveLength(1);
  world.server.readAll(ANA, 2, BEN.username);
  const marker = { person: ANA.id, delivered_number: 2, read_number: 2 };
  world.server.tell({ type: "marker_changed", conversation: BEN.username, marker });
  await settled();
  expect(world.app.beeps.get()).toEqual([]);
});

test("the next beep of the same person takes the place of the last", async () => {
  const world = await withBen();

  world.server.beep(BEN, "one", world.app.now());
  world.server.beep(BEN, "two", world.app.now());
  await settled();

  expect(world.app.beeps.get().map(({ why }) => why)).toEqual(["two"]);
});

test("who does not want to be disturbed sees a beep and does not hear it", async () => {
  const world = await withBen();

  world.server.tell({ type: "status_changed", status: { status: "busy" } });
  world.server.beep(BEN, "the door", world.app.now());
  await settled();

  expect(world.app.beeps.get()[0]?.silent).toBe(true);
});

test("leave is asked for, and beeping is possible once it was given", async () => {
  const world = await withBen();
  world.app.openConversation(BEN.username);
  await settled();
  const beeping = () => world.app.open.get()?.beeping;

  expect(beeping()).toMatchObject({ given: false, received: false, beep: undefined });
  void beeping()?.ask?.();
  await settled();
  expect(world.server.requestsOf("ask_beep_leave")).toEqual([
    { type: "ask_beep_leave", person: BEN.id },
  ]);

  const leave = { person: BEN.id, given: false, asked: true, received: true };
  world.server.tell({ type: "beep_leave_changed", leave });
  await settled();
  expect(beeping()?.ask).toBeUndefined();
  void beeping()?.beep?.("  the door ");
  await settled();
  expect(world.server.requestsOf("beep")[0]).toMatchObject({
    conversation: BEN.username,
    why: "the door",
  });
  const [ask] = world.app.beepAsks.get();
  expect(ask?.from.id).toBe(BEN.id);
  ask?.answer?.(true);
  await settled();
  expect(world.server.requestsOf("set_beep_leave")[0]).toMatchObject({ given: true });
});

test("nobody is beeped at in a group", async () => {
  const world = await withBen();
  world.app.openConversation("kitchen");
  await settled();

  expect(world.app.open.get()?.beeping).toBeNull();
});

test("a tab that nobody uses for ten minutes is idle, also on its next connection", async () => {
  const world = await withBen();
  const told = () => world.server.requestsOf("set_attention").map(({ idle }) => idle);

  await world.clock.advance(9 * 60_000);
  world.use();
  await world.clock.advance(9 * 60_000);
  expect(told()).toEqual([false]);
  await world.clock.advance(60_000);
  expect(told()).toEqual([false, true]);
  world.server.socket.break(1006);
  await world.clock.advance(10_000);
  expect(told()).toEqual([false, true, true]);
  world.use();
  await settled();
  expect(told()).toEqual([false, true, true, false]);
});

test("the server is told whether the tab can be seen, so that what happens there needs no notice", async () => {
  const world = await withBen();
  const told = () => world.server.requestsOf("set_attention").map(({ visible }) => visible);

  world.show(false);
  world.show(true);
  await settled();

  expect(told()).toEqual([true, false, true]);
});

test("who hides when they were seen last does not see it of others", async () => {
  const world = await withBen();
  const seen = (at: World) => at.app.people.get().byId.get(BEN.id)?.lastSeenAt;
  const presence = { person: BEN.id, availability: "offline", last_seen_ms: 5 } as const;
  world.server.tell({ type: "presence_changed", presence });
  await settled();
  expect(seen(world)).toBe(5);

  const preferences = { ...world.app.people.get().preferences, hides_last_seen: true };
  void world.app.people.get().setPreferences?.(preferences);
  await settled();

  expect(seen(world)).toBeNull();
  expect(world.server.requestsOf("set_preferences")[0]).toMatchObject({ preferences });
});

test("a status has a line and an end, and is as others see it", async () => {
  const world = await withBen();
  const until = world.app.now() + 60_000;

  void world.app.people.get().setStatus?.({ status: "away", text: "at lunch", until });
  await settled();

  expect(world.server.requestsOf("set_status")[0]).toMatchObject({
    status: "away",
    text: "at lunch",
    until_ms: until,
  });
  expect(world.app.people.get().me).toMatchObject({ availability: "away", statusText: "at lunch" });
});
