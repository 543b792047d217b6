/** Reads all style sheets and components: no side of the screen is named, no colour is mixed anew. */

import { expect, test } from "vitest";

const sheets = import.meta.glob<string>(["../**/*.css", "!../call/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const components = import.meta.glob<string>(["../**/*.tsx", "!../**/*.test.tsx"], {
  query: "?raw",
  import: "default",
  eager: true,
});

test("no sheet says left or right, so that every page can be read from the right", () => {
  const found = Object.entries(sheets).flatMap(([file, sheet]) => sided(file, sheet));

  expect(Object.keys(sheets).length).toBeGreaterThan(40);
  expect(found).toEqual([]);
});

test("no component says left or right in a style of its own", () => {
  const found = Object.entries(components).flatMap(([file, source]) =>
    [...source.matchAll(SIDED_STYLE)].map(([match]) => `${file}: ${match}`),
  );

  expect(found).toEqual([]);
});

test("colours come from the tokens", () => {
  const found = Object.entries(sheets)
    .filter(([file]) => !PALETTES.has(file))
    .flatMap(([file, sheet]) =>
      [...stripped(sheet).matchAll(MIXED)].map(([match]) => `${file}: ${match}`),
    );

  expect(found).toEqual([]);
});

test("a side is found where it is named, and a line that says why it may be is left", () => {
  expect(sided("a", "a { margin-left: 1px; }")).toEqual(["a: margin-left"]);
  expect(sided("a", "a { text-align: right; }")).toEqual(["a: text-align: right"]);
  expect(sided("a", "a { padding: 1px 2px 3px 4px; }")).toEqual(["a: padding: 1px 2px 3px 4px"]);
  expect(sided("a", "a { padding: 1px 2px 3px 2px; margin: 0 auto; }")).toEqual([]);
  expect(sided("a", "a {\n /* The pointer counts from the left. */\n left: 0;\n}")).toEqual([]);
});

/** The declarations that name a side; a comment on the line before one says why it has to. */
function sided(file: string, sheet: string): string[] {
  const text = stripped(sheet.replace(EXPLAINED, ""));
  const named = [...text.matchAll(SIDED)].map(([, match = ""]) => match);
  const uneven = [...text.matchAll(ALL_SIDES)]
    .filter(([, , value = ""]) => isUneven(value))
    .map(([, name, value]) => `${name}: ${value}`);
  return [...named, ...uneven].map((match) => `${file}: ${match.replace(/:$/, "")}`);
}

/** Whether `top right bottom left` gives right and left different lengths. */
function isUneven(value: string): boolean {
  const [, right, , left] = value.match(/[\w.%-]+\((?:[^()]|\([^()]*\))*\)|[^\s()]+/g) ?? [];
  return left !== undefined && left !== right;
}

function stripped(sheet: string): string {
  return sheet.replace(/\/\*.*?\*\//gs, "");
}

const SIDED =
  /(?<=[\s;{])((?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|left|right|border-(?:top|bottom)-(?:left|right)-radius):|(?:text-align|float|clear|justify-\w+): (?:left|right))/g;

const ALL_SIDES = /(?<=[\s;{])(padding|margin|inset): ([^;]+);/g;

const EXPLAINED = /\/\* [^*]*\b(?:left|right)\b[^*]* \*\/\s*[\w-]+:[^;]*;/g;
const SIDED_STYLE = /\b(?:(?:margin|padding|border)(?:Left|Right)\w*|left|right): /g;
const MIXED = /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|:\s*(?:white|black)\b/gi;

/** The sheets that hold the palette. */
const PALETTES = new Set(["./tokens.css", "./contrast.css"]);
