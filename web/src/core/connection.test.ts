import { expect, test } from "vitest";

import { settled } from "./testing/clock";
import { ANA, BEN } from "./testing/server";
import { openPage } from "./testing/world";

test("attempts to come back are 0.25 to 8 s apart", async () => {
  const world = await openPage();
  world.server.down();
  await settled();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const link = world.app.connection.get();
    if (link.kind !== "offline") throw new Error(`not offline but ${link.kind}`);
    const wait = link.retryAt - world.app.now();
    waits.push(wait);
    await world.clock.advance(wait);
  }

  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

test("a page that is shown again or back online tries at once", async () => {
  const world = await openPage();
  world.server.down();
  world.server.up();

  world.wake();
  await settled();

  expect(world.app.connection.get().kind).toBe("online");
});

test("a socket that does not answer a ping is given up", async () => {
  const world = await openPage();
  world.server.ignores.add("ping");

  await world.clock.advance(24_000);
  const before = world.server.sockets.length;
  await world.clock.advance(2_000);

  expect(before).toBe(1);
  expect(world.server.sockets).toHaveLength(2);
  expect(world.app.connection.get().kind).toBe("online");
});

test("a socket that answers is kept", async () => {
  const world = await openPage();

  await world.clock.advance(120_000);

  expect(world.server.sockets).toHaveLength(1);
});

test("a client that fell behind resumes at once", async () => {
  const world = await openPage();

  world.server.socket.break(4003);
  await settled();

  expect(world.app.connection.get().kind).toBe("online");
  expect(world.server.sockets).toHaveLength(2);
});

test("a tab that was replaced stays away until it is asked back", async () => {
  const world = await openPage();
  world.server.socket.break(4002);
  await world.clock.advance(60_000);
  const sockets = world.server.sockets.length;
  const link = world.app.connection.get();
  if (link.kind !== "replaced") throw new Error("not replaced");

  link.takeBack();
  await settled();

  expect(sockets).toBe(1);
  expect(world.app.connection.get().kind).toBe("online");
});

test("a server of another protocol asks for a reload and is left alone", async () => {
  const world = await openPage(undefined, ({ server }) => {
    server.refuses.set("hello", "wrong_protocol");
  });

  await world.clock.advance(60_000);

  expect(world.app.connection.get().kind).toBe("outdated");
  expect(world.server.sockets).toHaveLength(1);
});

test("a session that was revoked leads to signing in", async () => {
  const world = await openPage();
  world.server.accounts = [];

  world.server.socket.break(4004);
  await settled();

  expect(world.app.session.get()).toMatchObject({
    kind: "signed_out",
    problem: "not_signed_in",
  });
  expect(world.app.connection.get().kind).toBe("idle");
});

test("a wrong password is said, and the right one signs in", async () => {
  const world = await openPage(undefined, ({ server }) => {
    server.accounts = [];
  });
  const signIn = async (password: string) => {
    const session = world.app.session.get();
    if (session.kind !== "signed_out") throw new Error("signed in");
    session.signIn?.("ana", password);
    await settled();
    return world.app.session.get();
  };

  const refused = await signIn("wrong");
  const accepted = await signIn("right");

  expect(refused).toMatchObject({ kind: "signed_out", problem: "wrong_credentials" });
  expect(accepted).toMatchObject({ kind: "signed_in", me: ANA });
});

test("a tab can become another person of the same browser, and a reload keeps it", async () => {
  const world = await openPage(undefined, ({ server }) => {
    server.accounts = [
      { person: ANA, slot: 0 },
      { person: BEN, slot: 1 },
    ];
  });
  const chooser = world.app.session.get();
  if (chooser.kind !== "signed_out") throw new Error("signed in");
  chooser.accounts.find(({ person }) => person.id === "ben")?.use();
  await settled();
  world.server.socket.close();

  const again = await openPage(world);

  expect(again.app.session.get()).toMatchObject({ kind: "signed_in", me: BEN, slot: 1 });
  expect(again.server.socket.path).toBe("/api/ws?slot=1");
});

test("adding an account can be given up", async () => {
  const world = await openPage();
  const session = world.app.session.get();
  if (session.kind === "signed_in") session.addAccount();
  const signIn = world.app.session.get();
  if (signIn.kind === "signed_out") signIn.cancel?.();
  await settled();

  expect(world.app.session.get()).toMatchObject({ kind: "signed_in", me: ANA });
  expect(world.app.connection.get().kind).toBe("online");
});

test("an account that is confirmed while its device is being found is connected all the same", async () => {
  const before = await openPage();
  const world = await openPage(before, (page) => {
    // Another tab of the device may take a moment to let go of it.
    page.device = new Promise((found) => page.clock.after(300, () => found("device-1")));
  });

  await world.clock.advance(300);

  expect(world.app.connection.get().kind).toBe("online");
});

test("a page that finds no server asks again by itself, and at once when the network is back", async () => {
  const unreached = () =>
    openPage(undefined, ({ server }) => {
      server.reachable = false;
    });
  const waiting = await unreached();
  const woken = await unreached();

  waiting.server.up();
  await waiting.clock.advance(500);
  woken.server.up();
  woken.wake();
  await settled();

  expect(waiting.app.session.get().kind).toBe("signed_in");
  expect(woken.app.session.get().kind).toBe("signed_in");
});

test("a page that finds no server says so and can try again", async () => {
  const world = await openPage(undefined, ({ server }) => {
    server.reachable = false;
  });
  const session = world.app.session.get();
  world.server.up();
  if (session.kind === "unreachable") session.retry();
  await settled();

  expect(session.kind).toBe("unreachable");
  expect(world.app.session.get().kind).toBe("signed_in");
});
