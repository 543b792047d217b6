import { expect, test } from "vitest";

import { doorAt, linkTo } from "./links";
import type { Person } from "./protocol";
import { settled } from "./testing/clock";
import { ANA, aCall, BEN, json } from "./testing/server";
import { openPage, reloadPage, type World } from "./testing/world";

const ZOE: Person = { id: "ana", username: "guest:1", full_name: "Zoé", role: "guest" };
const DOOR = { place: "Kitchens", title: "Kitchen", by: "Ben", expires_at_ms: 5 };

/** A browser that nobody is signed in with, at a link for guests. */
function atTheDoor(world: World): void {
  world.server.accounts = [];
  world.door = { kind: "guest", code: "abc" };
  world.server.answers.set("GET /api/guests/abc", () => json(200, DOOR));
  world.server.answers.set("POST /api/guests/abc", () => {
    world.server.accounts = [{ person: ZOE, slot: 0 }];
    return json(200, { person: ZOE, slot: 0 });
  });
  world.server.guest = { conversation: "kitchen", title: "Kitchen", state: "waiting" };
}

test("a link for guests leads through a door of its own", () => {
  const link = new URL(linkTo("https://chat.example.org", "guest", "a-B_9"));

  expect(link.href).toBe("https://chat.example.org/join#a-B_9");
  expect(doorAt(link)).toEqual({ kind: "guest", code: "a-B_9" });
});

test("a guest says a name, waits, and is in the call once let in, with what they wanted on", async () => {
  const world = await openPage(undefined, atTheDoor);
  const door = world.app.guestEntrance.get();
  if (door?.kind !== "guest") throw new Error("no door");
  expect(door).toMatchObject({ title: "Kitchen", by: "Ben" });

  expect(door.look).toMatchObject({
    microphone: { state: { kind: "on" } },
    camera: { state: { kind: "off" } },
  });

  door.enter?.("Zoé");
  await settled();
  expect(world.devices.tracks.map(({ readyState }) => readyState)).toEqual(["ended"]);
  expect(world.app.guestEntrance.get()).toBeNull();
  expect(world.app.guest.get()).toMatchObject({ state: "waiting", title: "Kitchen" });
  expect(world.door).toBeNull();

  const kitchen = world.server.conversations.get("kitchen");
  if (kitchen !== undefined) kitchen.call = aCall({ started_by: BEN.id });
  world.server.guest = { conversation: "kitchen", title: "Kitchen", state: "admitted" };
  world.server.socket.break(4003);
  await world.clock.advance(1_000);

  expect(world.app.guest.get()?.state).toBe("admitted");
  expect(world.app.open.get()?.id).toBe("kitchen");
  expect(world.server.requestsOf("join_call")[0]).toMatchObject({
    call: "call-1",
    sending: { microphone: true, camera: false },
  });
});

test("a guest can start nothing and looks for nobody, and a reload shows how they stand", async () => {
  const world = await openPage(undefined, (world) => {
    atTheDoor(world);
    world.door = null;
    world.server.accounts = [{ person: ZOE, slot: 0 }];
    world.server.guest = { conversation: "kitchen", title: "Kitchen", state: "admitted" };
  });

  expect(world.app.open.get()?.startCall).toBeUndefined();
  expect(world.app.open.get()?.hosting).toBeNull();
  expect(world.app.conversations.get()).toMatchObject({ create: undefined, search: undefined });
  expect(world.app.people.get().writeTo).toBeUndefined();
  world.server.guest = { conversation: "kitchen", title: "Kitchen", state: "refused" };
  const again = await reloadPage(world);
  expect(again.app.guest.get()?.state).toBe("refused");
});

test("a link that leads nowhere says why", async () => {
  const world = await openPage(undefined, (world) => {
    atTheDoor(world);
    const used = { code: "link_used_up", message: "" };
    world.server.answers.set("GET /api/guests/abc", () => json(410, used));
  });

  const gone = world.app.guestEntrance.get();
  if (gone?.kind !== "guest_gone") throw new Error("not gone");
  expect(gone.problem).toBe("link_used_up");
  gone.leave();
  expect(world.app.guestEntrance.get()).toBeNull();
});

test("whoever runs the group hears a guest knock, and makes links and takes them back", async () => {
  const link = {
    id: "link-1",
    conversation: "kitchen",
    made_by: ANA.id,
    made_at_ms: 1,
    expires_at_ms: 2,
    uses: 5,
    uses_left: 5,
  };
  const world = await openPage(undefined, (world) => {
    const kitchen = world.server.conversations.get("kitchen");
    if (kitchen !== undefined) kitchen.admins = [ANA.id];
    world.server.replies.set("create_guest_link", { type: "guest_link", link, code: "new" });
    world.server.replies.set("guest_links", { type: "guest_links", links: [] });
  });
  world.app.openConversation("kitchen");
  const waiting = [{ person: "zoe", name: "Zoé", since_ms: 5 }];
  world.server.tell({ type: "lobby_changed", lobby: { conversation: "kitchen", waiting } });
  await settled();

  world.app.lobbies.get()[0]?.waiting[0]?.admit();
  expect(world.app.lobbies.get()).toMatchObject([{ title: "kitchen", waiting: [{ name: "Zoé" }] }]);
  const hosting = () => world.app.open.get()?.hosting;
  await hosting()?.load?.();
  const made = await hosting()?.make?.({ uses: 5, lifetimeS: 3_600 });
  await settled();

  expect(world.server.requestsOf("admit_guest")).toMatchObject([{ person: "zoe" }]);
  expect(made).toEqual({ ok: true, link: "https://chat.example.org/join#new" });
  expect(hosting()?.links).toHaveLength(1);
  await hosting()?.links?.[0]?.revoke?.();
  await settled();
  expect(hosting()?.links).toEqual([]);
});
