import { expect, test } from "vitest";

import { settled } from "../testing/clock";
import { come, current, inCall, served } from "../testing/in-call";
import { FakePeer } from "../testing/peer";
import { ANA, BEN } from "../testing/server";
import { reloadPage, type World } from "../testing/world";

test("holding one call and answering another silences the first, and keeps its seat", async () => {
  const world = await holding();

  expect(holds(world)).toEqual([{ participant: "seat-1", on_hold: true }]);
  expect(current(world).conversation).toBe("other");
  expect(world.app.heldCall.get()?.title).toBe("kitchen");
  expect(world.server.requestsOf("leave_call")).toEqual([]);
  const first = FakePeer.all.at(-2);
  expect(first?.connectionState).toBe("connected");
  const [microphone, camera] = first?.transceivers.map(({ sender }) => sender.track) ?? [];
  expect(microphone?.enabled).toBe(false);
  expect(camera).toBeNull();
});

test("going back to the call on hold puts the other one on hold, with what was on before", async () => {
  const world = await holding();

  world.app.heldCall.get()?.takeUp();
  await settled();

  expect(current(world).conversation).toBe("kitchen");
  expect(current(world).microphone.state.kind).toBe("on");
  expect(current(world).camera.state.kind).toBe("on");
  expect(world.app.heldCall.get()?.title).toBe("other");
  expect(holds(world)).toEqual([
    { participant: "seat-1", on_hold: true },
    { participant: "seat-2", on_hold: true },
    { participant: "seat-1", on_hold: false },
  ]);
});

test("the call on hold waits after the other one is left, and goes with a word when it ends", async () => {
  const world = await holding();

  current(world).leave?.();
  await settled();
  expect(world.app.call.get()).toBeNull();
  const kitchen = served(world);
  world.server.putCall({
    ...kitchen,
    version: kitchen.version + 1,
    state: { kind: "ended", reason: "completed" },
    participants: [],
  });
  await settled();

  expect(world.app.heldCall.get()).toBeNull();
  expect(world.app.call.get()).toBeNull();
  expect(world.app.notices.get().map(({ kind }) => kind)).toEqual([
    { kind: "held_call_over", title: "kitchen" },
  ]);
});

test("a call that comes while another is on hold says so, and is taken without touching that one", async () => {
  const world = await holding();
  const conversation = world.server.conversation("third", [ANA, BEN]);
  world.server.conversations.set("third", conversation);
  world.server.tell({ type: "conversation_changed", conversation });
  world.server.putCall({
    ...served(world),
    id: "call-3",
    conversation: "third",
    started_by: BEN.id,
    version: 1,
    state: { kind: "ringing" },
    participants: [],
    rings: [{ person: ANA.id, state: "ringing", until_ms: 5, busy: true }],
  });
  await settled();
  const [ring] = world.app.rings.get();

  ring?.answer("audio");
  await settled();

  expect(ring).toMatchObject({ waits: "call_and_hold", holdAndAnswer: undefined });
  expect(world.app.heldCall.get()?.title).toBe("kitchen");
  expect(current(world).conversation).toBe("third");
  expect(world.server.requestsOf("leave_call")).toMatchObject([{ participant: "seat-2" }]);
});

test("whose call is on hold is shown on their tile", async () => {
  const world = await inCall();
  await come(world, "ben");
  const call = served(world);
  world.server.putCall({
    ...call,
    version: call.version + 1,
    participants: call.participants.map((one) => ({ ...one, on_hold: one.person === "ben" })),
  });
  await settled();

  expect(current(world).tiles.map(({ onHold }) => onHold)).toEqual([false, true]);
});

test("a reloaded page is back in both calls, in one of them on hold", async () => {
  const before = await holding();

  const world = await reloadPage(before);
  await settled();

  expect(current(world).conversation).toBe("other");
  expect(world.app.heldCall.get()?.title).toBe("kitchen");
});

/** Ana is in the kitchen's call, and then answers one of Ben's. */
async function holding(): Promise<World> {
  const world = await inCall();
  await come(world, "ben");
  const conversation = world.server.conversation("other", [ANA, BEN]);
  world.server.conversations.set("other", conversation);
  world.server.tell({ type: "conversation_changed", conversation });
  world.server.putCall({
    ...served(world),
    id: "call-2",
    conversation: "other",
    started_by: BEN.id,
    version: 1,
    state: { kind: "ringing" },
    participants: [],
    rings: [{ person: ANA.id, state: "ringing", until_ms: 5, busy: true }],
  });
  await settled();
  world.app.rings.get()[0]?.holdAndAnswer?.();
  await settled();
  world.peer().become("connected");
  await settled();
  return world;
}

function holds(world: World): { participant: string; on_hold: boolean }[] {
  return world.server
    .requestsOf("set_hold")
    .map(({ participant, on_hold }) => ({ participant, on_hold }));
}
