import { expect, test } from "vitest";

import type { PushMessage, PushNotice } from "../core/protocol";
import { Board } from "./board";
import { FakeSurface } from "./testing";

const NOW_MS = 1_800_000_000_000;

test("a conversation has one notice, which counts and says the latest", async () => {
  const { board, surface } = open();

  await board.tell(push(message({ number: 4, text: "first", unread: 1 })));
  await board.tell(push(message({ number: 5, text: "second", unread: 2 })));

  expect(surface.titles).toEqual(["Kitchen (2)"]);
  expect(surface.shown[0]?.body).toBe("Ben: second");
  expect(surface.badge).toBe(2);
});

test("a message that was overtaken does not take the place of a later one", async () => {
  const { board, surface } = open();

  await board.tell(push(message({ number: 5, text: "second" })));
  await board.tell(push(message({ number: 4, text: "first" })));

  expect(surface.shown.map(({ body }) => body)).toEqual(["Ben: second"]);
});

test("it speaks the language of the device, and tells nothing where nothing is to be told", async () => {
  const { board, surface } = open();
  const notice = message({ group: null, text: null });

  await board.tell({ ...push(notice), language: "fr" });

  expect(surface.titles).toEqual(["Ben"]);
  expect(surface.shown[0]?.body).toBe("Nouveau message");
  expect(surface.shown[0]?.actions?.map(({ title }) => title)).toEqual(["Marquer comme lu"]);
});

test("what was read elsewhere goes, and what came after it stays", async () => {
  const { board, surface } = open();
  await board.tell(push(message({ conversation: "one", number: 4 })));
  await board.tell(push(message({ conversation: "two", number: 9 })));

  await board.tell(push({ kind: "read", conversation: "one", up_to_number: 4 }));
  await board.tell(push({ kind: "read", conversation: "two", up_to_number: 8 }));

  expect(surface.shown.map(({ data }) => data.conversation)).toEqual(["two"]);
});

test("a call can be answered and declined, and becomes a missed one without a sound", async () => {
  const { board, surface } = open();

  await board.tell(push(call()));
  const rang = surface.shown[0];
  await board.tell(push({ ...call(), kind: "missed" } as PushNotice));

  expect(rang?.title).toBe("Ben is calling");
  expect(rang?.actions?.map(({ action }) => action)).toEqual(["accept", "decline"]);
  expect(rang?.requireInteraction).toBe(true);
  expect(surface.shown.map(({ body, silent }) => [body, silent])).toEqual([
    ["Missed video call", true],
  ]);
});

test("a call that was taken elsewhere stops ringing", async () => {
  const { board, surface } = open();
  await board.tell(push(call()));

  await board.tell(push({ kind: "call_over", call: "call" }));

  expect(surface.shown).toEqual([]);
});

test("pushes that come together are shown one after the other", async () => {
  const { board, surface } = open();

  await Promise.all([
    board.tell(push(message({ number: 5, text: "second" }))),
    board.tell(push(message({ number: 4, text: "first" }))),
    board.tell(push({ kind: "read", conversation: "kitchen", up_to_number: 5 })),
  ]);

  expect(surface.shown).toEqual([]);
});

test("a beep stays until somebody looks", async () => {
  const { board, surface } = open();
  const beep: PushNotice = {
    kind: "beep",
    conversation: "kitchen",
    number: 3,
    sender: "Ben",
    why: "The door",
  };

  await board.tell(push(beep));

  const [shown] = surface.shown;
  expect([shown?.title, shown?.body]).toEqual(["Ben needs you", "The door"]);
  expect(shown?.requireInteraction).toBe(true);
});

test("an account that is here no more leaves nothing", async () => {
  const { board, surface } = open();
  await board.tell(push(message({})));

  await board.forget("ana");

  expect(surface.shown).toEqual([]);
  expect(surface.badge).toBe(0);
});

function open() {
  const surface = new FakeSurface();
  return { surface, board: new Board(surface, surface) };
}

function push(notice: PushNotice): PushMessage {
  return { person: "ana", language: "en", notice };
}

function message(
  more: Partial<Extract<PushNotice, { kind: "message" }>>,
): Extract<PushNotice, { kind: "message" }> {
  return {
    kind: "message",
    conversation: "kitchen",
    number: 1,
    sender: "Ben",
    group: "Kitchen",
    text: "hello",
    carries: null,
    mentions: false,
    unread: 1,
    ...more,
  };
}

function call(): Extract<PushNotice, { kind: "call" }> {
  return {
    kind: "call",
    call: "call",
    conversation: "kitchen",
    sender: "Ben",
    group: null,
    media: "video",
    until_ms: NOW_MS + 45_000,
  };
}
