/** Computes the contrast of what is drawn on what, from the tokens themselves. */

import { expect, test } from "vitest";

import contrastSheet from "./contrast.css?raw";
import tokensSheet from "./tokens.css?raw";

/** `--name: light-dark(#day, #night);` or `--name: #both;`. */
const COLOUR = /--([\w-]+):\s*(?:light-dark\()?(#[0-9a-f]{3,6})(?:,\s*(#[0-9a-f]{3,6})\))?;/g;

type Palette = ReadonlyMap<string, string>;

const plain = { day: palette(tokensSheet, "day"), night: palette(tokensSheet, "night") };
const palettes = {
  light: plain.day,
  dark: plain.night,
  "light with more contrast": new Map([...plain.day, ...palette(contrastSheet, "day")]),
  "dark with more contrast": new Map([...plain.night, ...palette(contrastSheet, "night")]),
};

/** What is written on what. */
const TEXT: Record<string, readonly string[]> = {
  ink: [
    ...["paper", "surface", "surface-soft", "surface-sunk", "surface-raised", "leaf-soft"],
    ...["ochre-soft", "clay-soft", "bubble-own", "bubble-other"],
  ],
  "ink-soft": ["paper", "surface", "surface-soft", "surface-sunk", "surface-raised", "leaf-soft"],
  "ink-faint": ["paper", "surface", "surface-soft", "surface-sunk", "bubble-other"],
  leaf: ["paper", "surface", "surface-soft", "surface-sunk", "surface-raised", "leaf-soft"],
  "leaf-strong": ["leaf-soft", "surface", "bubble-own", "bubble-other"],
  "on-leaf": ["leaf", "leaf-strong"],
  ochre: ["paper", "surface", "surface-soft", "leaf-soft"],
  "on-ochre": ["ochre"],
  "on-ochre-bright": ["ochre-bright"],
  "on-ochre-soft": ["ochre-soft"],
  clay: ["paper", "surface", "surface-soft", "surface-raised", "clay-soft", "leaf-soft"],
  "clay-strong": ["clay-soft"],
  "on-clay": ["clay", "clay-strong"],
  "bubble-own-faint": ["bubble-own"],
  "on-overlay": ["overlay"],
  "overlay-accent": ["overlay"],
  "on-stage": [
    "stage",
    "stage-tile",
    "stage-control",
    "stage-control-hover",
    "stage-label",
    "stage-leaf",
    "stage-end",
  ],
  "on-stage-soft": ["stage", "stage-tile"],
  "stage-warning": ["stage", "stage-tile", "stage-label"],
  "on-disc": eight("disc"),
  ...Object.fromEntries(eight("name").map((name) => [name, ["bubble-other"]])),
};

/** What has to be seen, not read: bounds of controls, rings of focus, marks, dots and bars. */
const SHAPES: Record<string, readonly string[]> = {
  "line-strong": ["paper", "surface", "surface-soft", "surface-sunk", "surface-raised"],
  focus: [
    "paper",
    "surface",
    "surface-soft",
    "surface-sunk",
    "leaf-soft",
    "ochre-soft",
    "clay-soft",
  ],
  leaf: ["surface-sunk"],
  ochre: ["bubble-own", "surface-sunk"],
  clay: ["bubble-own", "surface-sunk"],
  "ochre-bright": ["stage", "stage-tile", "stage-control"],
  online: ["surface", "surface-soft", "leaf-soft"],
  busy: ["surface", "surface-soft", "leaf-soft"],
  away: ["surface", "surface-soft", "leaf-soft"],
};

test.each(Object.entries(palettes))("every text can be read in %s", (name, colours) => {
  const least = name.endsWith("contrast") ? MORE_TEXT : TEXT_LEAST;
  expect(pairsBelow(TEXT, least, colours)).toEqual([]);
});

test.each(Object.entries(palettes))("every control can be seen in %s", (_name, colours) => {
  expect(pairsBelow(SHAPES, SHAPE_LEAST, colours)).toEqual([]);
});

test("more contrast overrides only colours that there are", () => {
  const extra = [...palette(contrastSheet, "day").keys()].filter((name) => !plain.day.has(name));

  expect(extra).toEqual([]);
});

test("black on white is 21 to 1, as WCAG says", () => {
  expect(contrast("#000", "#fff")).toBeCloseTo(21);
});

function pairsBelow(
  pairs: Record<string, readonly string[]>,
  least: number,
  colours: Palette,
): string[] {
  return Object.entries(pairs).flatMap(([front, grounds]) =>
    grounds
      .map((ground) => ({
        ground,
        ratio: contrast(colour(colours, front), colour(colours, ground)),
      }))
      .filter(({ ratio }) => ratio < least)
      .map(({ ground, ratio }) => `${front} on ${ground}: ${ratio.toFixed(2)}`),
  );
}

function colour(colours: Palette, name: string): string {
  const found = colours.get(name);
  if (found === undefined) throw new Error(`there is no --${name}`);
  return found;
}

/** The opaque colours of a sheet by name, as they are by day or by night. */
function palette(sheet: string, time: "day" | "night"): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", day = "", night = day] of sheet.matchAll(COLOUR)) {
    found.set(name, time === "day" ? day : night);
  }
  return found;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance(hex: string): number {
  const long = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(long.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function eight(name: string): string[] {
  return Array.from({ length: 8 }, (_, index) => `${name}-${index}`);
}

/** WCAG 1.4.3, 1.4.6 and 1.4.11. */
const TEXT_LEAST = 4.5;
const MORE_TEXT = 7;
const SHAPE_LEAST = 3;
