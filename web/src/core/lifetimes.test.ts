import { expect, test } from "vitest";

import { expiresAt, remains } from "./lifetimes";
import type { Message } from "./protocol";

const SAID: Message = {
  id: "m1",
  conversation: "c1",
  seq: 2,
  changed_seq: 3,
  number: 2,
  sender: "ana",
  client_id: "x",
  sent_at_ms: 1_000,
  content: { kind: "text", text: "the well is dry" },
  expires_at_ms: 5_000,
  pin: { by: "ana", at_ms: 1 },
  reactions: [{ emoji: "👍", people: ["ben"] }],
};

test("a message disappears by its own time or by the server's, whichever is first", () => {
  expect(expiresAt(SAID, undefined)).toBe(5_000);
  expect(expiresAt(SAID, 2_000)).toBe(3_000);
  expect(expiresAt(SAID, 9_000)).toBe(5_000);
  const { expires_at_ms: _, ...stays } = SAID;
  expect(expiresAt(stays, undefined)).toBe(Number.POSITIVE_INFINITY);
  expect(expiresAt({ ...SAID, content: { kind: "created" } }, 2_000)).toBe(
    Number.POSITIVE_INFINITY,
  );
});

test("nothing is left of it but its place", () => {
  const left = remains(SAID);
  expect(left.content).toEqual({ kind: "expired" });
  expect([left.number, left.changed_seq]).toEqual([2, 3]);
  expect(JSON.stringify(left)).not.toMatch(/dry|👍|pin/);
  expect(expiresAt(left, 1)).toBe(Number.POSITIVE_INFINITY);
});
