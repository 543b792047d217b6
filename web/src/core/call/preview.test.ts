import { expect, test } from "vitest";

import type { JoinPreview } from "../model";
import { settled } from "../testing/clock";
import { aCall, aParticipant, BEN } from "../testing/server";
import { openPage, type World } from "../testing/world";

/** Ana looks at the call that Ben is in. */
async function looking(prepare?: (world: World) => void, kept?: World["kept"]): Promise<World> {
  const world = await openPage(kept && { kept }, prepare);
  world.server.putCall(
    aCall({
      state: { kind: "active" },
      participants: [aParticipant("seat of ben", BEN.id)],
      rings: [],
    }),
  );
  world.app.openConversation("kitchen");
  await settled();
  world.app.open.get()?.startCall?.("video");
  await settled();
  return world;
}

function preview(world: World): JoinPreview {
  const found = world.app.preview.get();
  if (found === null) throw new Error("nothing is previewed");
  return found;
}

test("joining shows oneself first, to oneself alone", async () => {
  const world = await looking();

  expect(preview(world)).toMatchObject({
    people: [{ id: BEN.id }],
    microphone: { state: { kind: "on" }, choices: [{ label: "Headset" }] },
    camera: { state: { kind: "on" } },
    speaker: { choices: [{ label: "Headset" }] },
  });
  expect(preview(world).picture).not.toBeNull();
  expect(world.server.requestsOf("join_call")).toEqual([]);
});

test("one goes in with what is on, and that is remembered for the next time", async () => {
  const world = await looking();
  preview(world).camera.toggle?.();
  preview(world).join();
  await settled();

  expect(world.app.preview.get()).toBeNull();
  expect(world.server.requestsOf("join_call")[0]?.sending).toEqual({
    microphone: true,
    camera: false,
    screen: false,
  });
  const again = await looking(undefined, world.kept);
  expect(preview(again).camera.state).toEqual({ kind: "off" });
});

test("who has no device, or may not use it, listens", async () => {
  const world = await looking(({ devices }) => {
    devices.refuses.audio = "NotAllowedError";
    devices.refuses.video = "NotFoundError";
  });
  expect(preview(world).microphone.state).toEqual({ kind: "refused", reason: "denied" });
  expect(preview(world).camera.state).toEqual({ kind: "refused", reason: "missing" });

  preview(world).join();
  await settled();
  expect(world.server.requestsOf("join_call")[0]?.sending).toEqual({
    microphone: false,
    camera: false,
    screen: false,
  });
});

test("whoever thinks better of it lets go of the devices", async () => {
  const world = await looking();
  preview(world).cancel();
  await settled();

  expect(world.app.preview.get()).toBeNull();
  expect(world.devices.tracks.map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
  expect(world.devices.plugged.size).toBe(0);
});
