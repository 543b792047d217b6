import { expect, test } from "vitest";

import { settled } from "../testing/clock";
import { current, inCall } from "../testing/in-call";

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

test("what is behind one is blurred from the first picture on, and in later calls too", async () => {
  const world = await inCall();
  const [plain] = world.devices.tracks.filter(({ kind }) => kind === "video");

  current(world).camera.blur?.set?.(true);
  await settled();

  const sent = world.peer().transceivers[1]?.sender;
  expect(plain?.readyState).toBe("ended");
  expect(world.blur.running).toHaveLength(1);
  expect(sent?.track).toBe(world.blur.running[0]?.track);
  current(world).camera.toggle?.();
  await settled();
  expect(world.blur.running).toHaveLength(0);
  expect(
    world.devices.tracks.every(
      ({ kind, readyState }) => kind === "audio" || readyState === "ended",
    ),
  ).toBe(true);
  const again = await inCall((later) => {
    later.kept.shared.setItem("palabre.blur", "on");
  });
  expect(again.blur.running).toHaveLength(1);
});

test("a machine that cannot blur turns the camera off rather than show what was to be hidden", async () => {
  const world = await inCall();
  current(world).camera.blur?.set?.(true);
  await settled();

  world.blur.running[0]?.fail();
  await settled();

  expect(current(world).camera).toMatchObject({
    state: { kind: "off" },
    blur: { on: false, failed: true },
  });
  expect(world.peer().transceivers[1]?.sender.track).toBeNull();
  expect(world.app.notices.get().at(-1)?.kind).toEqual({ kind: "blur_lost" });
  world.blur.cannot = true;
  current(world).camera.blur?.set?.(true);
  current(world).camera.toggle?.();
  await settled();
  expect(current(world).camera).toMatchObject({ state: { kind: "off" }, blur: { on: false } });
});
