import { expect, test } from "vitest";

import { isMarked, type MarkKind, mark, type Selected } from "./marking";

/* `[` and `]` show what is selected. */
function selected(shown: string): Selected {
  const from = shown.indexOf("⟦");
  const to = shown.indexOf("⟧") - 1;
  return { text: shown.replace(/[⟦⟧]/gu, ""), from, to };
}

function after(shown: string, kind: MarkKind): string {
  const before = selected(shown);
  const { from, to, text, select } = mark(before, kind);
  const whole = before.text.slice(0, from) + text + before.text.slice(to);
  return `${whole.slice(0, select.from)}⟦${whole.slice(select.from, select.to)}⟧${whole.slice(select.to)}`;
}

test.each<[MarkKind, string, string]>([
  ["bold", "a ⟦b⟧ c", "a *⟦b⟧* c"],
  ["bold", "a *⟦b⟧* c", "a ⟦b⟧ c"],
  ["italic", "⟦⟧", "_⟦⟧_"],
  ["strike", "a⟦ b ⟧c", "a ~⟦b⟧~ c"],
  ["code", "⟦x⟧", "`⟦x⟧`"],
  ["code", "⟦a\nb⟧", "```\n⟦a\nb⟧\n```"],
  ["quote", "one\nt⟦⟧wo", "one\n> two⟦⟧"],
  ["quote", "⟦> one\n> two⟧", "⟦one\ntwo⟧"],
  ["list", "⟦a\nb⟧\nc", "⟦- a\n- b⟧\nc"],
  ["link", "see ⟦this⟧", "see [this](⟦https://⟧)"],
  ["link", "⟦https://a.example⟧", "[⟦⟧](https://a.example)"],
])("%s: %j becomes %j", (kind, before, then) => {
  expect(after(before, kind)).toBe(then);
});

test("a mark around what is selected is seen", () => {
  expect(isMarked(selected("a *⟦b⟧* c"), "bold")).toBe(true);
  expect(isMarked(selected("a *⟦b⟧* c"), "strike")).toBe(false);
  expect(isMarked(selected("- a\n⟦- b⟧"), "list")).toBe(true);
});
