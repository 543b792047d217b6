import { expect, test } from "vitest";

import { settled } from "../testing/clock";
import { come, current, inCall, served } from "../testing/in-call";
import { aCall, BEN } from "../testing/server";
import { openPage } from "../testing/world";

test("whoever starts a call is in it and hears it ring", async () => {
  const world = await inCall();

  expect(current(world).stage).toEqual({ kind: "ringing" });
  expect(current(world).tiles).toMatchObject([
    { participant: "seat-1", self: true, camera: true, microphone: true },
  ]);
  expect(world.server.requestsOf("join_call")[0]).toMatchObject({
    call: "call-1",
    sending: { microphone: true, camera: true, screen: false },
    sources: [
      { mid: "0", source: "microphone" },
      { mid: "1", source: "camera", layers: [{ rid: "q" }, { rid: "h" }, { rid: "f" }] },
    ],
  });
});

test("the offer has what is sent first and then slots in pairs", async () => {
  const world = await inCall();

  const sections = world.peer().transceivers.map(({ kind, direction }) => `${direction} ${kind}`);

  expect(sections).toEqual([
    "sendonly audio",
    "sendonly video",
    "recvonly audio",
    "recvonly video",
    "recvonly audio",
    "recvonly video",
    "recvonly audio",
    "recvonly video",
    "recvonly video",
  ]);
});

test("three others fit without another offer, and the fourth asks for more slots once", async () => {
  const world = await inCall();
  await come(world, "ben");
  await come(world, "eva");
  await come(world, "kofi");
  const before = world.server.requestsOf("offer").length;

  await come(world, "afi");
  await come(world, "yao");

  expect(before).toBe(0);
  expect(world.server.requestsOf("offer")).toHaveLength(1);
  expect(world.peer().slots("audio")).toHaveLength(6);
  expect(world.peer().slots("video")).toHaveLength(8);
  expect((await world.debug().call())?.offers).toBe(2);
});

test("wants follow the tiles in device pixels, once for all that change together", async () => {
  const world = await inCall();
  await come(world, "ben", "eva");
  const told = world.server.requestsOf("want").length;

  for (const tile of current(world).tiles) tile.setSize({ width: 400, height: 225 });
  for (const tile of current(world).tiles) tile.setSize({ width: 640, height: 360 });
  await world.clock.advance(200);

  const wants = world.server.requestsOf("want");
  expect(wants).toHaveLength(told + 1);
  expect(wants.at(-1)?.wants).toMatchObject([
    { mid: "3", show: { participant: "seat of ben", source: "camera" }, width: 1280, height: 720 },
    { mid: "5", show: { participant: "seat of eva", source: "camera" }, width: 1280, height: 720 },
  ]);
});

test("who saves data says so in the call, and takes it back", async () => {
  const world = await inCall();
  await come(world, "ben");
  await world.clock.advance(200);
  const saved = () => world.server.requestsOf("want").map((want) => want.data_saver);
  expect(saved()).not.toContain(true);

  world.app.preferences.get().setDataSaver(true);
  await world.clock.advance(200);
  expect(saved().at(-1)).toBe(true);
  world.app.preferences.get().setDataSaver(false);
  await world.clock.advance(200);

  expect(saved().at(-1)).toBe(false);
});

test("a tile says why its picture is paused", async () => {
  const world = await inCall();
  await come(world, "ben");
  const shown = { participant: "seat of ben", source: "camera" as const };
  const slots = [{ mid: "3", shown, live: false, paused: "bandwidth" as const }];

  world.server.tell({ type: "slots_changed", participant: "seat-1", slots });
  await settled();

  expect(current(world).tiles[1]).toMatchObject({ stream: null, paused: "bandwidth" });
});

test("a picture is shown on its tile once it is live", async () => {
  const world = await inCall();
  await come(world, "ben");
  const shown = { participant: "seat of ben", source: "camera" as const };
  const tell = async (live: boolean) => {
    const slots = [{ mid: "3", shown, live, paused: null }];
    world.server.tell({ type: "slots_changed", participant: "seat-1", slots });
    await settled();
    return current(world).tiles[1]?.stream ?? null;
  };

  const waiting = await tell(false);
  const live = await tell(true);
  const later = await tell(true);

  expect(waiting).toBeNull();
  expect(live).toEqual({ tracks: [world.peer().slots("video")[0]?.receiver.track] });
  expect(later).toBe(live);
});

test("those speak of whom the server says so, with a slot or without", async () => {
  const world = await inCall();
  await come(world, "ben", "eva");
  const speaking = () => current(world).tiles.map((tile) => tile.speaking);
  const call = served(world).id;

  world.server.tell({ type: "speaking_changed", call, speakers: ["seat of eva"] });
  await settled();
  const before = speaking();
  world.server.tell({ type: "speaking_changed", call, speakers: [] });
  await settled();

  expect(before.slice(1)).toEqual([false, true]);
  expect(speaking().slice(1)).toEqual([false, false]);
});

test("whose connection is weak is shown, and how well one's own is", async () => {
  const world = await inCall();
  await come(world, "ben", "eva");
  const quality = {
    weak: true,
    loss_down_percent: 8,
    loss_up_percent: 0,
    round_trip_ms: 60,
    path_kbps: 900,
    wanted_kbps: 1_200,
    given_kbps: 700,
  };

  const participants = ["seat of eva"];
  world.server.tell({ type: "weak_changed", call: served(world).id, participants });
  world.server.tell({ type: "quality_changed", participant: "seat-1", quality });
  world.server.tell({ type: "quality_changed", participant: "seat of ben", quality });
  await settled();

  expect(current(world).tiles.map(({ weak }) => weak)).toEqual([true, false, true]);
  expect(current(world).quality).toEqual(quality);
});

test("a level that is not renewed falls", async () => {
  const world = await inCall();
  await come(world, "ben");
  const shown = { participant: "seat of ben", source: "microphone" as const };
  const slots = [{ mid: "2", shown, live: true, paused: null }];
  world.server.tell({ type: "slots_changed", participant: "seat-1", slots });
  const slot = world.peer().slots("audio")[0];
  if (slot === undefined) throw new Error("no slot");
  slot.levels = [{ audioLevel: 0.4, timestamp: 1, source: 1, rtpTimestamp: 1 }];
  await world.clock.advance(200);
  const level = world.app.levels.get().get("seat of ben");

  await world.clock.advance(1_000);

  expect(level).toBe(0.4);
  expect(world.app.levels.get().get("seat of ben")).toBe(0);
});

test("the end is shown with its reason and length until it is dismissed", async () => {
  const world = await inCall();
  await come(world, "ben");
  const call = served(world);
  const lasted = world.app.now() - (call.answered_at_ms ?? 0);
  world.server.putCall({
    ...call,
    version: call.version + 1,
    state: { kind: "ended", reason: "completed" },
    participants: [],
  });
  await settled();
  const { stage, leave } = current(world);
  if (stage.kind === "ended") stage.dismiss();
  await settled();

  expect(stage).toMatchObject({ kind: "ended", reason: "completed", durationMs: lasted });
  expect(leave).toBeUndefined();
  expect(world.devices.tracks.every(({ readyState }) => readyState === "ended")).toBe(true);
  expect(world.app.call.get()).toBeNull();
});

test("a full call says so and lets the devices go", async () => {
  const world = await inCall(({ server }) => server.refuses.set("join_call", "call_full"));

  expect(current(world).stage).toMatchObject({ kind: "ended", reason: "call_full" });
  expect(world.devices.tracks.every(({ readyState }) => readyState === "ended")).toBe(true);
});

test("only who started the call may end it for all", async () => {
  const world = await inCall();
  const other = await openPage();
  other.server.putCall(aCall());
  await settled();
  other.app.rings.get()[0]?.answer("audio");
  await settled();

  expect(current(world).endForAll).toBeDefined();
  expect(current(other).endForAll).toBeUndefined();
});

test("an older state of a call that comes late is ignored", async () => {
  const world = await inCall();
  await come(world, "ben", "eva");
  const before = current(world).tiles.length;

  world.server.tell({
    type: "call_changed",
    call: { ...served(world), version: 1, participants: [] },
  });
  await settled();

  expect(before).toBe(3);
  expect(current(world).tiles).toHaveLength(3);
});

test("what is shared gets sections of its own, which fall silent when it ends", async () => {
  const world = await inCall();
  current(world).screen.start?.("text");
  await settled();
  const told = () =>
    world.server
      .requestsOf("offer")
      .at(-1)
      ?.sources.map(({ source }) => source);
  expect(told()).toEqual(["microphone", "camera", "screen", "screen_audio"]);
  expect(world.server.requestsOf("set_sending").at(-1)?.sending.screen).toBe(true);

  current(world).screen.stop?.();
  await settled();
  expect(told()).toEqual(["microphone", "camera"]);
  expect(world.server.requestsOf("set_sending").at(-1)?.sending.screen).toBe(false);
  expect(world.devices.tracks.slice(-2).map(({ readyState }) => readyState)).toEqual([
    "ended",
    "ended",
  ]);
});

test("a screen that somebody shares is large, and asked for at the size it is drawn", async () => {
  const world = await inCall();
  await come(world, BEN.id);
  const call = served(world);
  const sharing = call.participants.map((one) =>
    one.person === BEN.id ? { ...one, sending: { ...one.sending, screen: true } } : one,
  );
  world.server.putCall({ ...call, version: call.version + 1, participants: sharing });
  await settled();

  const [screen] = current(world).screens;
  expect(screen).toMatchObject({ person: { id: BEN.id }, stream: null });
  expect(current(world).layout.featured).toBe(screen?.key);
  screen?.setSize({ width: 800, height: 450 });
  await world.clock.advance(200);
  expect(world.server.requestsOf("want").flatMap(({ wants }) => wants)).toContainEqual(
    expect.objectContaining({
      show: { participant: `seat of ${BEN.id}`, source: "screen" },
      width: 1600,
      height: 900,
    }),
  );
});
