/** A page in a call, for tests of what happens there. */

import type { CurrentCall } from "../model";
import type { Call } from "../protocol";
import { settled } from "./clock";
import { aParticipant } from "./server";
import { openPage, type World } from "./world";

/** Ana starts a video call in the kitchen and is connected. */
export async function inCall(prepare?: (world: World) => void): Promise<World> {
  const world = await openPage(undefined, prepare);
  world.app.openConversation("kitchen");
  await settled();
  world.app.open.get()?.startCall?.("video");
  await settled();
  world.peer().become("connected");
  await settled();
  return world;
}

export function current(world: World): CurrentCall {
  const call = world.app.call.get();
  if (call === null) throw new Error("not in a call");
  return call;
}

/** The call as the server has it. */
export function served(world: World): Call {
  const call = world.server.conversations.get("kitchen")?.call;
  if (call == null) throw new Error("no call on the server");
  return call;
}

/** Others come in, one seat each. */
export async function come(world: World, ...people: string[]): Promise<void> {
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
