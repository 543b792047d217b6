/** Reads the components: whatever a person may read has to come from the catalogue. */

import { parseSync, Visitor } from "vite";
import { expect, test } from "vitest";

const sources = import.meta.glob<string>(
  ["../../**/*.tsx", "!../../**/*.test.tsx", "!../../{catalogue,fixture}/**"],
  { query: "?raw", import: "default", eager: true },
);

test("no component has a text of its own", () => {
  const found = Object.entries(sources).flatMap(([file, source]) =>
    spoken(file, source).map((text) => `${file}: ${text}`),
  );

  expect(Object.keys(sources).length).toBeGreaterThan(40);
  expect(found).toEqual([]);
});

test("a text between tags and a text in a name are found", () => {
  expect(spoken("a.tsx", "const a = <p>Hello</p>;")).toEqual(["Hello"]);
  expect(spoken("a.tsx", 'const a = <p aria-label="Hello" className="no">{t.x}</p>;')).toEqual([
    "Hello",
  ]);
  expect(spoken("a.tsx", 'const a = <B label={on ? "On" : `Off`}>·</B>;')).toEqual(["On", "Off"]);
});

/** The words in a component that a person would see or hear. */
function spoken(file: string, source: string): string[] {
  const found: string[] = [];
  const hear = (text: string): void => {
    if (/\p{L}{2}/u.test(text)) found.push(text.trim() === text ? text : text.trimStart());
  };
  let depth = 0;
  new Visitor({
    JSXText: ({ value }) => hear(value.trim()),
    JSXAttribute: ({ name }) => {
      if (name.type === "JSXIdentifier" && SPOKEN.has(name.name)) depth += 1;
    },
    "JSXAttribute:exit": ({ name }) => {
      if (name.type === "JSXIdentifier" && SPOKEN.has(name.name)) depth -= 1;
    },
    Literal: ({ value }) => {
      if (depth > 0 && typeof value === "string") hear(value);
    },
    TemplateElement: ({ value }) => {
      if (depth > 0) hear(value.raw);
    },
  }).visit(parseSync(file, source).program);
  return found;
}

/** Attributes and properties whose value is read or heard. */
const SPOKEN = new Set([
  ...["alt", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext"],
  ...["confirmLabel", "closeLabel", "dismissLabel", "hint", "label", "placeholder", "problem"],
  ...["text", "title", "tooltip"],
]);
