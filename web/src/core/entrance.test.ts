import { expect, test } from "vitest";

import { doorAt, linkTo } from "./links";
import { settled } from "./testing/clock";
import { ANA, BEN, json } from "./testing/server";
import { openPage, type World } from "./testing/world";

const FORM = { username: "ben", fullName: "Ben Bocco", password: "sous le baobab" };

/** A browser that nobody is signed in with, at a server that waits for its owner. */
function fresh(world: World): void {
  world.server.accounts = [];
  world.server.answers.set("GET /api/setup", () => json(200, { needed: true, place: null }));
}

test("a link leads through its door and has its code where browsers send it to nobody", () => {
  const link = new URL(linkTo("https://chat.example.org", "invitation", "a-B_9"));

  expect(link.href).toBe("https://chat.example.org/invite#a-B_9");
  expect(doorAt(link)).toEqual({ kind: "invitation", code: "a-B_9" });
  expect(doorAt(new URL("https://chat.example.org/setup"))).toEqual({ kind: "setup", code: "" });
  for (const other of ["/", "/#/c/1", "/invite", "/inviter#a", "/setup/x#a"]) {
    expect(doorAt(new URL(other, "https://chat.example.org"))).toBeNull();
  }
});

test("a new server shows the setup, by the printed address or without it", async () => {
  const bare = await openPage(undefined, fresh);
  const addressed = await openPage(undefined, (world) => {
    fresh(world);
    world.door = { kind: "setup", code: "12345-ABCDE" };
  });

  expect(bare.app.entrance.get()).toMatchObject({ kind: "setup", code: "" });
  expect(addressed.app.entrance.get()).toMatchObject({ kind: "setup", code: "12345-ABCDE" });
});

test("the owner is in after the setup, and what was refused can be mended", async () => {
  const world = await openPage(undefined, (world) => {
    fresh(world);
    world.door = { kind: "setup", code: "right" };
  });
  const bodies: unknown[] = [];
  world.server.answers.set("POST /api/setup", (body) => {
    bodies.push(body);
    const refused = { code: "common_password", message: "" };
    if (bodies.length === 1) return json(400, refused);
    world.server.accounts = [{ person: ANA, slot: 0 }];
    return json(200, { person: ANA, slot: 0 });
  });
  const submit = (): void => {
    const entrance = world.app.entrance.get();
    if (entrance?.kind !== "setup") throw new Error("no setup");
    entrance.submit?.({ ...FORM, code: "right", place: "Kitchens" });
  };

  submit();
  expect(world.app.entrance.get()).toMatchObject({ submitting: true, submit: undefined });
  await settled();
  expect(world.app.entrance.get()).toMatchObject({ kind: "setup", problem: "common_password" });
  submit();
  await settled();

  const account = { username: "ben", full_name: "Ben Bocco", password: "sous le baobab" };
  expect(bodies[1]).toEqual({ code: "right", place: "Kitchens", account });
  expect(world.app.entrance.get()).toBeNull();
  expect(world.app.session.get()).toMatchObject({ kind: "signed_in", me: ANA });
  expect(world.door).toBeNull();
});

test("the address of a setup that is done leads to the app", async () => {
  const world = await openPage(undefined, (world) => {
    world.door = { kind: "setup", code: "old" };
  });

  expect(world.app.entrance.get()).toBeNull();
  expect(world.door).toBeNull();
});

test("an invitation says who invites, and makes an account beside the one of the browser", async () => {
  const world = await openPage(undefined, (world) => {
    world.door = { kind: "invitation", code: "abc" };
    const invited = { place: "Kitchens", by: "Eva", role: "member", expires_at_ms: 5 };
    world.server.answers.set("GET /api/invites/abc", () => json(200, invited));
    world.server.answers.set("POST /api/invites/abc", () => {
      world.server.accounts = [...world.server.accounts, { person: BEN, slot: 1 }];
      return json(200, { person: BEN, slot: 1 });
    });
  });

  const entrance = world.app.entrance.get();
  if (entrance?.kind !== "invitation") throw new Error("no invitation");
  expect(entrance).toMatchObject({ place: "Kitchens", by: "Eva", role: "member" });
  entrance.accept?.(FORM);
  await settled();

  expect(world.app.entrance.get()).toBeNull();
  expect(world.app.session.get()).toMatchObject({ kind: "signed_in", me: BEN, slot: 1 });
});

test("a link that is gone says so, and one that cannot be asked about can be tried again", async () => {
  const gone = { code: "link_gone", message: "" };
  const world = await openPage(undefined, (world) => {
    world.door = { kind: "invitation", code: "abc" };
    world.server.answers.set("GET /api/invites/abc", () => json(503, { code: "unavailable" }));
  });

  const failed = world.app.entrance.get();
  if (failed?.kind !== "failed") throw new Error("not failed");
  expect(failed.problem).toBe("unavailable");
  world.server.answers.set("GET /api/invites/abc", () => json(410, gone));
  failed.retry();
  await settled();

  const entrance = world.app.entrance.get();
  if (entrance?.kind !== "gone") throw new Error("not gone");
  entrance.leave();
  expect(world.app.entrance.get()).toBeNull();
  expect(world.app.session.get().kind).toBe("signed_in");
});

test("an owner makes invitations and takes them back; a member finds no such action", async () => {
  const world = await openPage();
  await settled();
  const place = () => world.app.place.get();

  await place().loadInvitations?.();
  const made = await place().invite?.({ role: "admin", uses: 3, lifetimeS: 3_600 });
  await settled();

  expect(place().name).toBe("Kitchens");
  expect(made).toEqual({ ok: true, link: "https://chat.example.org/invite#code-of-invitation" });
  expect(place().invitations?.map(({ id }) => id)).toEqual(["invitation-1", "older"]);
  expect(world.server.requestsOf("create_invitation")).toEqual([
    { type: "create_invitation", role: "admin", uses: 3, lifetime_s: 3_600 },
  ]);
  await place().invitations?.[0]?.revoke?.();
  await settled();
  expect(place().invitations?.map(({ id }) => id)).toEqual(["older"]);

  world.server.tell({ type: "person_changed", person: { ...ANA, role: "member" } });
  await settled();
  expect(place().invite).toBeUndefined();
  expect(place().setRole).toBeUndefined();
  expect(place().invitations?.[0]?.revoke).toBeUndefined();
});
