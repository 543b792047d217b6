import { expect, test } from "vitest";

import type { Slot } from "../protocol";
import { settled } from "../testing/clock";
import { come, current, inCall } from "../testing/in-call";
import type { World } from "../testing/world";

/** A page whose connection does not come back by a restart; the second one has been offered. */
async function stalled(prepare?: (world: World) => void) {
  const world = await inCall(prepare);
  await come(world, "ben");
  const first = world.peer();
  world.server.tell({ type: "slots_changed", participant: "seat-1", slots: [shows("3", true)] });
  first.become("disconnected");
  await world.clock.advance(2_600);
  return { world, first, second: world.peer() };
}

function shows(mid: string, live: boolean): Slot {
  const shown = { participant: "seat of ben", source: "camera" } as const;
  return { mid, shown, live, paused: null };
}

function moved(world: World): void {
  world.server.tell({ type: "seat_moved", participant: "seat-1", second: "second-1" });
}

test("a restart that does not help within a moment is joined by another connection", async () => {
  const { world, first, second } = await stalled();

  expect(second).not.toBe(first);
  expect(first.connectionState).toBe("disconnected");
  expect(world.server.requestsOf("move_seat")).toMatchObject([{ participant: "seat-1" }]);
  expect(world.server.requestsOf("want").at(-1)).toMatchObject({ participant: "second-1" });
  expect(current(world).stage.kind).toBe("reconnecting");
});

test("the connection that took over is drawn at once where the earlier one is cut", async () => {
  const { world, first, second } = await stalled();

  second.become("connected");
  moved(world);
  await settled();
  const stage = current(world).stage.kind;
  await world.clock.advance(4_500);

  expect(stage).toBe("connected");
  expect(first.connectionState).toBe("closed");
  expect(second.connectionState).toBe("connected");
  expect(world.server.requestsOf("join_call")).toHaveLength(1);
  expect(world.server.requestsOf("leave_call")).toEqual([]);
  expect(current(world).tiles[0]?.participant).toBe("seat-1");
});

test("what is drawn changes over once the second connection has the pictures", async () => {
  const { world, first, second } = await stalled();
  first.become("connected");
  second.become("connected");
  world.server.tell({ type: "slots_changed", participant: "seat-1", slots: [shows("3", true)] });
  moved(world);
  await settled();
  const before = (await world.debug().call())?.video;

  world.server.tell({ type: "slots_changed", participant: "seat-1", slots: [shows("5", true)] });
  await settled();

  expect(before).toMatchObject([{ mid: "3" }]);
  expect((await world.debug().call())?.video).toMatchObject([{ mid: "5" }]);
});

test("pictures that do not come are waited for no longer than a second", async () => {
  const { world, first, second } = await stalled();
  first.become("connected");
  second.become("connected");
  world.server.tell({ type: "slots_changed", participant: "seat-1", slots: [shows("3", true)] });
  moved(world);
  await world.clock.advance(900);
  const before = (await world.debug().call())?.video;

  await world.clock.advance(200);

  expect(before).toMatchObject([{ mid: "3" }]);
  expect((await world.debug().call())?.video).toEqual([]);
});

test("what is said after the change is said for the seat and of the second connection", async () => {
  const { world, second } = await stalled();
  second.become("connected");
  moved(world);
  await settled();

  current(world).microphone.toggle?.();
  await world.clock.advance(300);

  expect(world.server.requestsOf("set_sending")).toMatchObject([
    { participant: "seat-1", sending: { microphone: false } },
  ]);
});

test("marks are told while both connections are there, and once", async () => {
  const { world } = await stalled();

  current(world).camera.toggle?.();
  await settled();

  expect(world.server.requestsOf("set_sending")).toMatchObject([{ participant: "seat-1" }]);
});

test("a first connection that comes back goes on when the second one is given up", async () => {
  const { world, first, second } = await stalled();

  first.become("connected");
  world.server.tell({ type: "seat_lost", participant: "second-1" });
  await world.clock.advance(20_000);

  expect(second.connectionState).toBe("closed");
  expect(first.connectionState).toBe("connected");
  expect(world.server.requestsOf("join_call")).toHaveLength(1);
  expect(current(world).stage.kind).toBe("connected");
});

test("a second connection that is refused where the first is cut costs the seat, not the call", async () => {
  const { world, first } = await stalled(({ server }) =>
    server.refuses.set("move_seat", "call_full"),
  );

  await world.clock.advance(10);
  world.peer().become("connected");
  await settled();

  expect(first.connectionState).toBe("closed");
  expect(world.server.requestsOf("join_call")).toHaveLength(2);
  expect(current(world).stage.kind).toBe("connected");
});

test("a network that changes before the second connection is drawn is told to it too", async () => {
  const { world, first, second } = await stalled();
  first.become("connected");
  second.become("connected");
  world.server.tell({ type: "slots_changed", participant: "seat-1", slots: [shows("3", true)] });
  moved(world);
  await settled();

  world.changeNetwork();
  await settled();

  expect(second.restarts).toBe(1);
});

test("a socket that comes back before the second connection is drawn has it say all anew", async () => {
  const { world, first, second } = await stalled();
  first.become("connected");
  second.become("connected");
  world.server.tell({ type: "slots_changed", participant: "seat-1", slots: [shows("3", true)] });
  moved(world);
  await settled();
  const before = world.server.requestsOf("set_sending").length;

  world.server.down();
  await settled();
  world.server.up();
  await world.clock.advance(900);

  expect(world.server.requestsOf("set_sending")).toHaveLength(before + 1);
  expect([first.connectionState, second.connectionState]).toEqual(["connected", "connected"]);
});

test("a seat that is lost in the midst of the change is joined anew", async () => {
  const { world, first, second } = await stalled();

  world.server.tell({ type: "seat_lost", participant: "seat-1" });
  await world.clock.advance(10);

  expect([first.connectionState, second.connectionState]).toEqual(["closed", "closed"]);
  expect(world.server.requestsOf("join_call")).toHaveLength(2);
});

test("a second connection of which nothing comes is given up", async () => {
  const { world, first, second } = await stalled();
  first.become("connected");
  second.become("connected");

  await world.clock.advance(12_500);

  expect([first.connectionState, second.connectionState]).toEqual(["connected", "closed"]);
  expect(world.server.requestsOf("join_call")).toHaveLength(1);
});

test("a socket that was cut in the midst of the change may have missed its end", async () => {
  const { world, first, second } = await stalled();
  second.become("connected");

  world.server.down();
  await settled();
  world.server.up();
  await world.clock.advance(2_000);

  expect([first.connectionState, second.connectionState]).toEqual(["closed", "closed"]);
  expect(world.server.requestsOf("join_call")).toHaveLength(2);
});

test("whoever leaves in the midst of the change closes both connections", async () => {
  const { world, first, second } = await stalled();

  current(world).leave?.();
  await settled();

  expect([first.connectionState, second.connectionState]).toEqual(["closed", "closed"]);
  expect(world.server.requestsOf("leave_call")).toMatchObject([{ participant: "seat-1" }]);
});
