import { expect, test } from "vitest";

import type { Message } from "./protocol";
import { applyChange, applyChanges, prependHistory, type Timeline } from "./timeline";

function message(number: number, changed_seq = number): Message {
  return {
    id: `m${number}`,
    conversation: "kitchen",
    seq: number,
    changed_seq,
    number,
    sender: "ben",
    client_id: `c${number}`,
    sent_at_ms: number,
    content: { kind: "text", text: String(changed_seq) },
  };
}

function held(...numbers: number[]): Timeline {
  return {
    messages: numbers.map((number) => message(number)),
    appliedSeq: numbers.at(-1) ?? 0,
    changedBefore: new Map(),
  };
}

function numbers(timeline: Timeline): number[] {
  return timeline.messages.map(({ number }) => number);
}

test("the next change is applied", () => {
  const applied = applyChange(held(1, 2), message(3));

  expect(applied.kind === "applied" && numbers(applied.timeline)).toEqual([1, 2, 3]);
});

test("a change that is known already changes nothing", () => {
  expect(applyChange(held(1, 2), message(2)).kind).toBe("stale");
});

test("a change that skips one is a hole", () => {
  expect(applyChange(held(1, 2), message(4)).kind).toBe("hole");
});

test("a later state of a message takes its place", () => {
  const applied = applyChange(held(1, 2), message(1, 3));

  expect(applied.kind === "applied" && applied.timeline.messages[0]?.changed_seq).toBe(3);
  expect(applied.kind === "applied" && numbers(applied.timeline)).toEqual([1, 2]);
});

test("a change of a message that is not held leaves no hole in the numbers", () => {
  const applied = applyChange(held(8, 9), message(3, 10));

  expect(applied.kind === "applied" && applied.timeline).toMatchObject({
    messages: held(8, 9).messages,
    appliedSeq: 10,
  });
});

test("too far behind starts again from the latest messages without a hole", () => {
  const changes = {
    conversation: "kitchen",
    messages: [message(3, 90), message(80), message(81)],
    up_to_seq: 100,
    gap: true,
  };

  const timeline = applyChanges(held(1, 2), changes);

  expect(numbers(timeline)).toEqual([80, 81]);
  expect(timeline.appliedSeq).toBe(100);
});

test("a page that overlaps what is held adds only what is older", () => {
  const timeline = prependHistory(held(3, 4), [message(1), message(2), message(3)]);

  expect(numbers(timeline)).toEqual([1, 2, 3, 4]);
});

test("a page that does not join what is held is left out", () => {
  expect(prependHistory(held(8, 9), [message(3), message(4)])).toEqual(held(8, 9));
});

test("new messages keep their order when an older one of them was changed last", () => {
  const changes = {
    conversation: "kitchen",
    messages: [message(2), message(1, 3)],
    up_to_seq: 3,
    gap: false,
  };

  expect(numbers(applyChanges(held(), changes))).toEqual([1, 2]);
});

test("a page that was read before a change does not bring the former state back", () => {
  const applied = applyChange(held(3, 4), message(2, 5));
  if (applied.kind !== "applied") throw new Error(applied.kind);

  const timeline = prependHistory(applied.timeline, [message(1), message(2)]);

  expect(timeline.messages.map(({ changed_seq }) => changed_seq)).toEqual([1, 5, 3, 4]);
});

test("an older message that changes where nothing is held leaves no hole before the next one", () => {
  const empty: Timeline = { ...held(), appliedSeq: 9 };
  const edited = applyChange(empty, { ...message(4), changed_seq: 10 });
  if (edited.kind !== "applied") throw new Error(edited.kind);

  const posted = applyChange(edited.timeline, { ...message(8), seq: 11, changed_seq: 11 });

  expect(posted.kind === "applied" && numbers(posted.timeline)).toEqual([8]);
});
