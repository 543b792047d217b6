import { expect, test } from "vitest";

import type { PushView } from "./model";
import type { PushNotice } from "./protocol";
import { isQuiet } from "./quiet";
import { settled } from "./testing/clock";
import { ANA, aCall, BEN } from "./testing/server";
import { openPage, reloadPage, type World } from "./testing/world";

test("the browser is asked when somebody turns notices on, and the server told where it is", async () => {
  const world = await openPage();
  await settled();

  expect(world.notifier.granted).toBe("default");
  await press(world, "off", ({ turnOn }) => turnOn?.());

  expect(world.server.requestsOf("subscribe_push")).toEqual([
    {
      type: "subscribe_push",
      subscription: {
        endpoint: "https://push.example/1",
        p256dh: "point",
        auth: "secret",
        language: "en",
        previews: true,
      },
    },
  ]);
  expect(world.notifier.subscribed).toBe("server-key");
  expect(world.app.push.get()).toMatchObject({ kind: "on", pushed: true, previews: true });
});

test("who says no in the browser is told how to change that", async () => {
  const world = await openPage();
  world.notifier.answer = "denied";
  await press(world, "off", ({ turnOn }) => turnOn?.());

  expect(world.app.push.get()).toEqual({ kind: "blocked", browser: "chromium" });
  world.notifier.change("default");
  await settled();
  expect(world.app.push.get().kind).toBe("off");
});

test("the offer that was put away stays away", async () => {
  const world = await openPage();
  await press(world, "off", async ({ dismissOffer }) => dismissOffer?.());

  expect(world.app.push.get()).toMatchObject({ kind: "off", dismissOffer: undefined });
  const again = await reloadPage(world);
  expect(again.app.push.get()).toMatchObject({ kind: "off", dismissOffer: undefined });
});

test("each page tells the server again, in the language that is read now", async () => {
  const world = await turnedOn();
  world.app.locale.get().setLanguage("fr");
  await settled();
  const again = await reloadPage(world);

  const languages = again.server
    .requestsOf("subscribe_push")
    .map(({ subscription }) => subscription.language);
  expect(languages).toEqual(["en", "fr", "fr"]);
  expect(again.app.push.get().kind).toBe("on");
});

test("previews are turned off, a notice is tried, and all of it is turned off", async () => {
  const world = await turnedOn();

  await press(world, "on", ({ setPreviews }) => setPreviews?.(false));
  await press(world, "on", ({ test }) => test?.());
  expect(world.server.requestsOf("subscribe_push").at(-1)?.subscription.previews).toBe(false);
  expect(world.server.requestsOf("test_push")).toHaveLength(1);

  await press(world, "on", ({ turnOff }) => turnOff?.());
  expect(world.server.requestsOf("unsubscribe_push")).toHaveLength(1);
  expect(world.notifier.subscribed).toBeNull();
  expect(world.app.push.get().kind).toBe("off");
});

test("what the server refuses is said, and nothing is turned on", async () => {
  const world = await openPage();
  world.server.refuses.set("subscribe_push", "rate_limited");
  const push = world.app.push.get();

  const outcome = push.kind === "off" ? await push.turnOn?.() : undefined;

  expect(outcome).toEqual({ ok: false, problem: "rate_limited" });
  expect(world.app.push.get().kind).toBe("off");
});

test("who signs out is no longer reached", async () => {
  const world = await turnedOn();
  const session = world.app.session.get();
  if (session.kind === "signed_in") session.signOut();
  await settled();

  expect(await world.notifier.devices.all()).toEqual([]);
  expect(world.notifier.subscribed).toBeNull();
});

test("guests are not offered any", async () => {
  const world = await openPage(undefined, ({ server }) => {
    server.accounts = [{ person: { ...ANA, role: "guest" }, slot: 0 }];
  });
  await settled();

  expect(world.app.push.get().kind).toBe("none");
});

test("a hidden page tells by itself where the browser cannot be reached", async () => {
  const world = await turnedOn({ reachable: false });
  expect(world.app.push.get()).toMatchObject({ kind: "on", pushed: false });

  write(world, "seen");
  world.visible = false;
  write(world, "hidden");
  await settled();

  expect(told(world)).toEqual([
    expect.objectContaining({ kind: "message", sender: "Ben Bocco", text: "hidden", unread: 2 }),
  ]);
});

test("a muted conversation says nothing, and one that is quiet only what is meant for oneself", async () => {
  const world = await turnedOn({ reachable: false });
  world.visible = false;

  keep(world, 1, { muted_until_ms: world.app.now() + 60_000 });
  write(world, "muted");
  keep(world, 2, { notify: "mentions" });
  write(world, "to all");
  write(world, "to you", [{ offset: 0, length: 2, style: { kind: "mention", person: ANA.id } }]);
  await settled();

  expect(told(world)).toEqual([expect.objectContaining({ text: "to you", mentions: true })]);
});

test("a hidden page rings, and stops where the call is taken elsewhere", async () => {
  const world = await turnedOn({ reachable: false });
  world.visible = false;

  world.server.putCall(aCall());
  await settled();
  const rings = aCall().rings.map((ring) => ({ ...ring, state: "accepted" as const }));
  world.server.putCall(aCall({ version: 2, rings }));
  await settled();

  expect(told(world)).toEqual([
    expect.objectContaining({ kind: "call", call: "call-1", sender: "Ben Bocco" }),
    { kind: "call_over", call: "call-1" },
  ]);
});

test("what is read in the page takes its notice back", async () => {
  const world = await turnedOn();
  write(world, "one");
  await settled();
  world.app.openConversation("kitchen");
  await settled();

  world.app.open.get()?.markRead(1);

  expect(told(world)).toEqual([{ kind: "read", conversation: "kitchen", up_to_number: 1 }]);
});

test("the icon counts what is not read", async () => {
  const world = await turnedOn();
  write(world, "one");
  write(world, "two");
  await settled();

  expect(world.notifier.badge).toBe(2);
});

test("a notice opens its conversation in the page of its person", async () => {
  const world = await turnedOn();

  expect(world.notifier.whose()).toBe(ANA.id);
  world.notifier.go({ conversation: "kitchen", answer: null });
  await settled();

  expect(world.app.open.get()?.id).toBe("kitchen");
});

test("a page that was opened by answering a call joins it once it knows that it rings", async () => {
  const world = await openPage(undefined, (prepared) => {
    const kitchen = prepared.server.conversations.get("kitchen");
    if (kitchen !== undefined) kitchen.call = aCall();
    prepared.server.accounts = [
      { person: BEN, slot: 0 },
      { person: ANA, slot: 1 },
    ];
    prepared.notifier.arrival = { person: ANA.id, answer: "call-1" };
  });
  await settled();

  expect(world.server.requestsOf("join_call")).toMatchObject([{ call: "call-1" }]);
  expect(world.app.session.get()).toMatchObject({ slot: 1 });
});

test("quiet hours go over midnight, by the clocks of their place", () => {
  const quiet_hours = {
    from_minute: 22 * 60,
    to_minute: 7 * 60,
    time_zone: "Europe/Paris",
    calls_ring: true,
  };
  const preferences = { hides_last_seen: false, reads_privately: false, quiet_hours };

  expect(isQuiet(preferences, Date.UTC(2026, 6, 1, 20, 30))).toBe(true);
  expect(isQuiet(preferences, Date.UTC(2026, 11, 1, 20, 30))).toBe(false);
  expect(isQuiet({ ...preferences, quiet_hours: null }, 0)).toBe(false);
});

async function turnedOn({ reachable = true } = {}): Promise<World> {
  const world = await openPage(undefined, ({ notifier }) => {
    notifier.reachable = reachable;
  });
  await press(world, "off", ({ turnOn }) => turnOn?.());
  return world;
}

/** Does something that the view offers. */
async function press<Kind extends PushView["kind"]>(
  world: World,
  kind: Kind,
  action: (view: Extract<PushView, { kind: Kind }>) => Promise<unknown> | undefined,
): Promise<void> {
  const view = world.app.push.get();
  if (view.kind !== kind) throw new Error(`it is ${view.kind}`);
  await action(view as Extract<PushView, { kind: Kind }>);
  await settled();
}

function told(world: World): PushNotice[] {
  return world.notifier.told.map(({ notice }) => notice);
}

let written = 0;

/** Ben writes now. */
function write(world: World, text: string, entities: never[] | object[] = []): void {
  const kitchen = world.server.conversations.get("kitchen");
  if (kitchen === undefined) throw new Error("no kitchen");
  kitchen.last_seq += 1;
  kitchen.message_count += 1;
  written += 1;
  const message = {
    id: `new-${written}`,
    conversation: "kitchen",
    seq: kitchen.last_seq,
    changed_seq: kitchen.last_seq,
    number: kitchen.message_count,
    sender: BEN.id,
    client_id: `new-${written}`,
    sent_at_ms: world.app.now(),
    content: { kind: "text" as const, text, entities: entities as never[] },
  };
  kitchen.last_message = message;
  world.server.messages.push(message);
  world.server.tell({ type: "message_changed", message });
}

function keep(world: World, seq: number, kept: object): void {
  const nothing = {
    pinned_at_ms: null,
    archived: false,
    muted_until_ms: null,
    notify: "all" as const,
    marked_unread: false,
    draft: null,
  };
  const conversations = [{ conversation: "kitchen", seq, ...nothing, ...kept }];
  world.server.tell({
    type: "personal_changed",
    changes: { seq, conversations, marks: [], gap: false },
  });
}
