import { expect, test } from "vitest";

import type { CurrentCall } from "../model";
import type { Call } from "../protocol";
import { settled } from "../testing/clock";
import { aCall, aParticipant, BEN } from "../testing/server";
import { openPage, reloadPage, type World } from "../testing/world";

/** Ana starts a video call in the kitchen and is connected. */
async function inCall(prepare?: (world: World) => void): Promise<World> {
  const world = await openPage(undefined, prepare);
  world.app.openConversation("kitchen");
  await settled();
  world.app.open.get()?.startCall?.("video");
  await settled();
  world.peer().become("connected");
  await settled();
  return world;
}

function current(world: World): CurrentCall {
  const call = world.app.call.get();
  if (call === null) throw new Error("not in a call");
  return call;
}

/** The call as the server has it. */
function served(world: World): Call {
  const call = world.server.conversations.get("kitchen")?.call;
  if (call == null) throw new Error("no call on the server");
  return call;
}

/** Others come in, one seat each. */
async function come(world: World, ...people: string[]): Promise<void> {
  const call = served(world);
  world.server.putCall({
    ...call,
    version: call.version + 1,
    state: { kind: "active" },
    answered_at_ms: call.started_at_ms + 50,
    participants: [...call.participants, ...people.map((id) => aParticipant(`seat of ${id}`, id))],
  });
  await world.clock.advance(200);
}

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

test("switching the camera off lets go of it and needs no offer", async () => {
  const world = await inCall();

  current(world).camera.toggle?.();
  await settled();

  expect(world.devices.tracks.find(({ kind }) => kind === "video")?.readyState).toBe("ended");
  expect(world.peer().transceivers[1]?.sender.track).toBeNull();
  expect(world.server.requestsOf("offer")).toHaveLength(0);
  expect(world.server.requestsOf("set_sending").at(-1)?.sending).toEqual({
    microphone: true,
    camera: false,
    screen: false,
  });
});

test("muting keeps the microphone and tells the others", async () => {
  const world = await inCall();

  current(world).microphone.toggle?.();
  await settled();

  const track = world.devices.tracks.find(({ kind }) => kind === "audio");
  expect(track).toMatchObject({ enabled: false, readyState: "live" });
  expect(world.server.requestsOf("set_sending").at(-1)?.sending.microphone).toBe(false);
});

test("refused devices leave one listening, with the reason", async () => {
  const world = await inCall(({ devices }) => {
    devices.refuses.audio = "NotAllowedError";
    devices.refuses.video = "NotFoundError";
  });

  expect(current(world).stage).toEqual({ kind: "ringing" });
  expect(current(world).microphone.state).toEqual({ kind: "refused", reason: "denied" });
  expect(current(world).camera.state).toEqual({ kind: "refused", reason: "missing" });
  expect(world.server.requestsOf("join_call")[0]?.sending).toEqual({
    microphone: false,
    camera: false,
    screen: false,
  });
});

test("a person who ponders the browser's question does not keep the others waiting", async () => {
  let decide = () => {};
  const world = await inCall(({ devices }) => {
    devices.pondering = new Promise((resolve) => {
      decide = resolve;
    });
  });
  await world.clock.advance(1_000);
  const joined = world.server.requestsOf("join_call").length;

  decide();
  await settled();

  expect(joined).toBe(1);
  expect(world.peer().transceivers[0]?.sender.track).not.toBeNull();
  expect(world.server.requestsOf("set_sending").at(-1)?.sending.microphone).toBe(true);
});

test("a microphone that is unplugged is replaced by another, and said", async () => {
  const world = await inCall();

  world.devices.tracks.find(({ kind }) => kind === "audio")?.unplug();
  await settled();

  expect(world.app.notices.get().map(({ kind }) => kind.kind)).toEqual(["microphone_lost"]);
  expect(current(world).microphone.state).toEqual({ kind: "on" });
  expect(world.peer().transceivers[0]?.sender.track).toBe(world.devices.tracks.at(-1));
});

test("a smaller camera changes the layers with one offer", async () => {
  const world = await inCall();
  current(world).camera.toggle?.();
  await settled();
  world.devices.picture = { width: 640, height: 480 };

  current(world).camera.toggle?.();
  await settled();

  const [offer] = world.server.requestsOf("offer");
  expect(offer?.sources[1]?.layers.map(({ rid }) => rid)).toEqual(["q", "h"]);
});

test("layers that nobody looks at are not sent, and are again once somebody does", async () => {
  const world = await inCall();
  const sent = async (rids: string[], paused: boolean) => {
    const sources = [{ source: "camera" as const, rids, paused }];
    world.server.tell({ type: "sending_wanted", participant: "seat-1", sources });
    await settled();
    return world.peer().transceivers[1]?.sender.encodings.map(({ active }) => active);
  };

  expect(await sent(["q"], false)).toEqual([true, false, false]);
  expect(await sent([], true)).toEqual([false, false, false]);
  expect(await sent(["h", "f"], false)).toEqual([false, true, true]);
});

test("another camera sends what is wanted and no layer that it is too small for", async () => {
  const world = await inCall();
  const sources = [{ source: "camera" as const, rids: ["h", "f"], paused: false }];
  world.server.tell({ type: "sending_wanted", participant: "seat-1", sources });
  await settled();
  current(world).camera.toggle?.();
  await settled();
  world.devices.picture = { width: 640, height: 480 };

  current(world).camera.toggle?.();
  await settled();

  const { encodings } = world.peer().transceivers[1]?.sender ?? { encodings: [] };
  expect(encodings.map(({ active }) => active)).toEqual([false, true, false]);
});

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

test("a connection that ICE cannot mend is made anew", async () => {
  const world = await inCall();
  const peer = world.peer();

  peer.become("disconnected");
  await world.clock.advance(8_500);

  expect(world.peer()).not.toBe(peer);
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
