import { expect, test } from "vitest";

import { settled } from "../testing/clock";
import { aCall, BEN } from "../testing/server";
import { openPage } from "../testing/world";

test("a call rings with its title, and answering joins it", async () => {
  const world = await openPage();
  world.server.putCall(aCall());
  await settled();
  const [ring] = world.app.rings.get();

  ring?.answer("audio");
  await settled();

  expect(ring).toMatchObject({ title: "kitchen", from: { name: "Ben Bocco" }, media: "video" });
  expect(world.app.rings.get()).toEqual([]);
  expect(world.server.requestsOf("join_call")[0]?.sending).toMatchObject({
    microphone: true,
    camera: false,
  });
});

test("a call answered on another device stops ringing and says why", async () => {
  const world = await openPage();
  const call = aCall();
  world.server.putCall(call);
  await settled();
  world.server.putCall({
    ...call,
    version: 2,
    rings: call.rings.map((ring) => ({ ...ring, state: "accepted" })),
  });
  await settled();

  expect(world.app.rings.get()).toEqual([]);
  expect(world.app.notices.get().map(({ kind }) => kind)).toEqual([
    { kind: "answered_elsewhere", title: "kitchen" },
  ]);
});

test("nothing rings while the connection is down", async () => {
  const world = await openPage();
  world.server.putCall(aCall());
  await settled();
  const before = world.app.rings.get().length;

  world.server.down();
  await settled();

  expect(before).toBe(1);
  expect(world.app.rings.get()).toEqual([]);
});

test("a call that was missed while away does not ring afterwards", async () => {
  const world = await openPage();
  world.server.putCall(aCall());
  world.server.down();
  const conversation = world.server.conversations.get("kitchen");
  if (conversation !== undefined) conversation.call = null;
  world.server.up();
  await world.clock.advance(2_000);

  expect(world.app.rings.get()).toEqual([]);
});

test("declining stops the ring here at once, and tells the server", async () => {
  const world = await openPage();
  world.server.putCall(aCall());
  await settled();

  world.app.rings.get()[0]?.decline();
  await settled();

  expect(world.app.rings.get()).toEqual([]);
  expect(world.server.requestsOf("decline_call")).toEqual([
    { type: "decline_call", call: "call-1" },
  ]);
  expect(world.app.notices.get()).toEqual([]);
});

test("two people who call each other are in one call", async () => {
  const world = await openPage();
  world.app.openConversation("kitchen");
  await settled();
  const start = world.app.open.get()?.startCall;
  world.server.putCall(aCall({ started_by: BEN.id }));

  start?.("video");
  await settled();

  expect(world.server.requestsOf("start_call")).toEqual([]);
  expect(world.server.requestsOf("join_call")[0]?.call).toBe("call-1");
});
