import { expect, test } from "vitest";

import type { CurrentCall, Tile } from "../model";
import type { Call } from "../protocol";
import { settled } from "../testing/clock";
import { ANA, aParticipant, BEN } from "../testing/server";
import { openPage, type World } from "../testing/world";

/** Ana and Ben are in a call that `starter` started. */
async function together(change: Partial<Call> = {}): Promise<World> {
  const world = await openPage();
  world.app.openConversation("kitchen");
  await settled();
  world.app.open.get()?.startCall?.("video");
  await settled();
  world.peer().become("connected");
  await settled();
  const call = served(world);
  const ben = aParticipant("seat of ben", BEN.id);
  put(world, {
    state: { kind: "active" },
    answered_at_ms: call.started_at_ms + 50,
    participants: [...call.participants, ben],
    ...change,
  });
  await settled();
  return world;
}

function served(world: World): Call {
  const call = world.server.conversations.get("kitchen")?.call;
  if (call == null) throw new Error("no call on the server");
  return call;
}

function put(world: World, change: Partial<Call>): void {
  const call = served(world);
  world.server.putCall({ ...call, version: call.version + 1, ...change });
}

function current(world: World): CurrentCall {
  const call = world.app.call.get();
  if (call === null) throw new Error("not in a call");
  return call;
}

function ben(world: World): Tile {
  const tile = current(world).tiles.find(({ participant }) => participant === "seat of ben");
  if (tile === undefined) throw new Error("Ben is not in");
  return tile;
}

test("whoever started the call may do what moderators do, and others may not", async () => {
  const mine = await together();
  expect(current(mine).floor).toMatchObject({ role: "owner" });
  expect(ben(mine).actions).toMatchObject({
    mute: expect.any(Function),
    stopCamera: expect.any(Function),
    stopScreen: undefined,
    lowerHand: undefined,
    remove: expect.any(Function),
  });

  const theirs = await together({ started_by: BEN.id });
  expect(current(theirs).floor).toMatchObject({ role: "member", setRules: undefined });
  expect(current(theirs).endForAll).toBeUndefined();
  expect(Object.values(ben(theirs).actions).every((action) => action === undefined)).toBe(true);

  const moderated = await together({ started_by: BEN.id, moderators: [ANA.id] });
  expect(current(moderated).floor.setRules).toBeDefined();
  expect(current(moderated).endForAll).toBeDefined();
  expect(ben(moderated).actions.mute).toBeUndefined();
});

test("what a moderator stops goes off here, says by whom, and can be turned on again", async () => {
  const world = await together({ started_by: BEN.id });
  const participant = current(world).tiles[0]?.participant ?? "";

  world.server.tell({ type: "sending_stopped", participant, source: "microphone", by: BEN.id });
  await settled();

  expect(current(world).microphone.state).toEqual({ kind: "off" });
  expect(world.app.notices.get()[0]?.kind).toMatchObject({ kind: "stopped", source: "microphone" });
  expect(world.server.requestsOf("set_sending").at(-1)?.sending.microphone).toBe(false);
  current(world).microphone.toggle?.();
  await settled();
  expect(world.server.requestsOf("set_sending").at(-1)?.sending.microphone).toBe(true);
});

test("a device that the rules forbid says so and cannot be turned on", async () => {
  const rules = { locked: false, microphone: false, camera: true, screen: true };
  const world = await together({ started_by: BEN.id });
  const participant = current(world).tiles[0]?.participant ?? "";

  put(world, { rules });
  world.server.tell({ type: "sending_stopped", participant, source: "microphone", by: BEN.id });
  await settled();

  expect(current(world).microphone).toMatchObject({
    state: { kind: "refused", reason: "forbidden" },
    toggle: undefined,
  });
  expect(current(world).camera.state).toEqual({ kind: "on" });
});

test("whoever is taken out is told so, and does not come back by themselves", async () => {
  const world = await together({ started_by: BEN.id });
  const { rings, participants } = served(world);

  put(world, {
    rings: rings.map((ring) => (ring.person === ANA.id ? { ...ring, state: "removed" } : ring)),
    participants: participants.filter(({ person }) => person !== ANA.id),
  });
  await world.clock.advance(10_000);

  expect(current(world).stage).toMatchObject({ kind: "ended", reason: "removed_from_call" });
  expect(world.server.requestsOf("join_call")).toHaveLength(1);
});

test("a hand is up as the server has it, and an emoji shows for a moment", async () => {
  const world = await together();
  current(world).floor.hand.toggle?.();
  await settled();
  expect(world.server.requestsOf("set_hand")[0]).toMatchObject({ raised: true });

  put(world, {
    participants: served(world).participants.map((one) => ({ ...one, hand_raised_at_ms: 5 })),
  });
  world.server.tell({
    type: "call_reaction",
    call: "call-1",
    participant: "seat of ben",
    emoji: "👏",
  });
  await settled();

  expect(current(world).floor.hand.raised).toBe(true);
  expect(ben(world)).toMatchObject({ handAt: 5, reaction: "👏" });
  expect(ben(world).actions.lowerHand).toBeDefined();
  await world.clock.advance(5_000);
  expect(ben(world).reaction).toBeNull();
});

test("who is not in can be rung at again, and whoever is not in the group be taken in", async () => {
  const world = await together();
  const { rings } = served(world);
  put(world, {
    rings: rings.map((ring) => (ring.person === "eva" ? { ...ring, state: "missed" } : ring)),
  });
  const dan = { id: "dan", username: "dan", full_name: "Dan", role: "member" } as const;
  world.server.tell({ type: "person_changed", person: dan });
  await settled();

  const ringOf = (id: string) => current(world).rings.find(({ person }) => person.id === id);
  expect(ringOf("ben")?.ringAgain).toBeUndefined();
  ringOf("eva")?.ringAgain?.();
  expect(current(world).floor.addable.map(({ id }) => id)).toEqual(["dan"]);
  current(world).floor.add?.("dan");
  await settled();

  expect(world.server.requestsOf("ring_people")[0]).toMatchObject({ people: ["eva"] });
  expect(world.server.requestsOf("add_members")[0]).toMatchObject({ people: ["dan"] });
});

test("a call that comes while one is in another waits and does not ring", async () => {
  const world = await together();
  const other = { ...served(world), id: "call-2", conversation: "other", started_by: BEN.id };
  const conversation = world.server.conversation("other", [ANA, BEN]);
  world.server.tell({ type: "conversation_changed", conversation });
  world.server.tell({
    type: "call_changed",
    call: {
      ...other,
      version: 1,
      state: { kind: "ringing" },
      participants: [],
      rings: [{ person: ANA.id, state: "ringing", until_ms: 5, busy: true }],
    },
  });
  await settled();

  expect(world.app.rings.get()).toMatchObject([{ call: "call-2", waits: "call" }]);
});
