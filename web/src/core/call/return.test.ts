import { expect, test } from "vitest";

import { settled } from "../testing/clock";
import { come, current, inCall, served } from "../testing/in-call";
import { reloadPage } from "../testing/world";

test("an interrupted connection restarts ICE at once and keeps its seat", async () => {
  const world = await inCall();
  const peer = world.peer();

  peer.become("disconnected");
  await settled();
  const meanwhile = current(world).stage.kind;
  peer.become("connected");
  await world.clock.advance(10_000);

  expect(meanwhile).toBe("reconnecting");
  expect(peer.restarts).toBe(1);
  expect(world.peer()).toBe(peer);
  expect(current(world).stage.kind).toBe("ringing");
});

test("another network restarts ICE without waiting for silence", async () => {
  const world = await inCall();

  world.changeNetwork();
  await settled();

  expect(world.peer().restarts).toBe(1);
});

test("a call that neither a restart nor another connection brings back is joined anew", async () => {
  const world = await inCall();
  const peer = world.peer();

  peer.become("disconnected");
  await world.clock.advance(11_000);

  expect(world.peer()).not.toBe(peer);
  expect(world.server.requestsOf("move_seat")).toHaveLength(1);
  expect(world.server.requestsOf("join_call")).toHaveLength(2);
});

test("a seat that is lost is taken again", async () => {
  const world = await inCall();
  const peer = world.peer();

  world.server.tell({ type: "seat_lost", participant: "seat-1" });
  await settled();
  const meanwhile = current(world).tiles.map(({ self }) => self);
  await world.clock.advance(1);
  world.peer().become("connected");
  await settled();

  expect(meanwhile).toEqual([true]);
  expect(peer.connectionState).toBe("closed");
  expect(current(world).stage.kind).toBe("ringing");
  expect(current(world).tiles.map(({ participant }) => participant)).toEqual(["seat-2"]);
});

test("a machine that slept joins anew", async () => {
  const world = await inCall();
  const peer = world.peer();

  await world.clock.sleep(30_000);
  await world.clock.advance(1_000);

  expect(world.peer()).not.toBe(peer);
});

test("a reloaded page is back in the call, muted as it was", async () => {
  const world = await inCall();
  await come(world, "ben");
  current(world).microphone.toggle?.();
  await settled();

  const again = await reloadPage(world);
  again.peer().become("connected");
  await settled();

  expect(current(again).stage.kind).toBe("connected");
  expect(world.server.requestsOf("join_call").at(-1)?.sending).toEqual({
    microphone: false,
    camera: true,
    screen: false,
  });
  expect(current(again).tiles.map(({ person }) => person.name)).toEqual(["Ana Abalo", "Ben Bocco"]);
});

test("a reloaded page does not go back to a call that is over", async () => {
  const world = await inCall();
  const conversation = world.server.conversations.get("kitchen");
  if (conversation !== undefined) conversation.call = null;

  const again = await reloadPage(world);

  expect(again.app.call.get()).toBeNull();
});

test("a page that left does not come back after a reload", async () => {
  const world = await inCall();
  await come(world, "ben");
  current(world).leave?.();
  await settled();

  const again = await reloadPage(world);

  expect(again.app.call.get()).toBeNull();
  expect(world.server.requestsOf("leave_call")).toMatchObject([{ participant: "seat-1" }]);
});

test("a restarted server finds everybody back in the call by themselves", async () => {
  const world = await inCall();
  await come(world, "ben");
  const call = served(world);

  world.server.down();
  call.participants = call.participants.filter(({ id }) => id !== "seat-1");
  call.version += 1;
  world.server.up();
  await world.clock.advance(2_000);
  world.peer().become("connected");
  await settled();

  expect(world.server.requestsOf("join_call")).toHaveLength(2);
  expect(current(world).stage.kind).toBe("connected");
});

test("a server that forgot the seat without saying so is found out", async () => {
  const world = await inCall();
  await come(world, "ben");

  world.server.down();
  world.server.refuses.set("want", "not_in_call");
  world.server.up();
  await world.clock.advance(600);
  world.server.refuses.clear();
  await world.clock.advance(2_000);

  expect(world.server.requestsOf("join_call").length).toBeGreaterThan(1);
});

test("a cut of the socket alone leaves the media as they are", async () => {
  const world = await inCall();
  await come(world, "ben");
  const peer = world.peer();

  world.server.down();
  await settled();
  const meanwhile = current(world).stage.kind;
  world.server.up();
  await world.clock.advance(10_000);

  expect(meanwhile).toBe("connected");
  expect(world.peer()).toBe(peer);
  expect(peer.restarts).toBe(0);
  expect((await world.debug().call())?.offers).toBe(1);
});
