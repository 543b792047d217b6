import { describe, expect, test } from "vitest";

import { type Marked, parse, pieces, unparse } from "./markup";

const named = (name: string): string | null => (["ana", "ben.b"].includes(name) ? name : null);

/** The styles of a text as `kind:part`. */
function styles(typed: string): { text: string; styles: string[] } {
  const { text, entities } = parse(typed, named);
  return {
    text,
    styles: entities.map(
      ({ offset, length, style }) => `${style.kind}:${text.slice(offset, offset + length)}`,
    ),
  };
}

describe("parse", () => {
  test.each<[string, string, string[]]>([
    ["*bold* and **bold**", "bold and bold", ["bold:bold", "bold:bold"]],
    ["_it *both* it_", "it both it", ["italic:it both it", "bold:both"]],
    ["~gone~ `a*b*c`", "gone a*b*c", ["strike:gone", "code:a*b*c"]],
    ["```rust\nlet a = *b;\n```", "let a = *b;", ["pre:let a = *b;"]],
    ["> one\n> two\nthree", "one\ntwo\nthree", ["quote:one\ntwo"]],
    ["- a\n2. *b*", "a\nb", ["item:a", "item:b", "bold:b"]],
    ["[here](https://a.example/x_y_z)!", "here!", ["link:here"]],
    ["hi @ana, @Ben.B. @nobody", "hi @ana, @Ben.B. @nobody", ["mention:@ana", "mention:@Ben.B"]],
    ["mail@ana.example", "mail@ana.example", []],
    ["👋 *hé*", "👋 hé", ["bold:hé"]],
  ])("reads %j", (typed, text, wanted) => {
    expect(styles(typed)).toEqual({ text, styles: wanted });
  });

  test.each([
    "2 * 3 * 4",
    "snake_case_name",
    "*open",
    "5*5*5",
    "https://a.example/_x_/*y*",
    "[bad](javascript:alert(1))",
    "[empty]()",
    "``` never closed",
    "** **",
  ])("leaves %j as it was typed", (typed) => {
    expect(styles(typed)).toEqual({ text: typed, styles: [] });
  });

  test("a backslash leaves a mark as it is", () => {
    expect(styles("\\*not\\* \\_so\\_")).toEqual({ text: "*not* _so_", styles: [] });
  });
});

describe("unparse", () => {
  test.each([
    "*bold* _it *both*_ ~x~ `a*b` plain",
    "> one\n> two\nthree",
    "- a\n- *b*\n3. c",
    "```rust\nlet a = *b;\n```\nafter",
    "[here](https://a.example/x_y) and https://a.example/_z_",
    "hi @ana, 2 * 3",
    "\\*not\\* a\\_b \\- x \\> y",
  ])("what is read from %j is read again from what is written", (typed) => {
    const once = parse(typed, named);
    expect(parse(unparse(once), named)).toEqual(once);
  });
});

describe("pieces", () => {
  const shown = (marked: Marked): string =>
    JSON.stringify(pieces(marked.text, marked.entities), (key, value) =>
      key === "at" ? undefined : value,
    );

  test("parts lie within one another and addresses lead to their pages", () => {
    const drawn = shown(parse("*see https://a.example.* `https://b.example`", named));
    expect(drawn).toContain('"kind":"link","url":"https://a.example"');
    expect(drawn).not.toContain('"url":"https://b.example"');
  });

  test("every letter of a text is drawn once, in its order", () => {
    const marked = parse("> *a* _b_\n- `c` @ana https://d.example.\nend", named);
    const words = (all: ReturnType<typeof pieces>): string =>
      all.map((one) => (one.kind === "words" ? one.text : words(one.pieces))).join("");
    expect(words(pieces(marked.text, marked.entities))).toBe(marked.text);
  });
});
