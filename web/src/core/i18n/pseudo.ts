/**
 * A language that nobody speaks, made from the English texts: accented, a third longer, written from
 * the right, in brackets. What is cut off, glued together or not translated shows at once.
 *
 * For the catalogue and for tests; no part of the app imports it.
 */

import type { Catalogue } from "./en";
import { isPlural } from "./plural";

/** The catalogue in that language. */
export function pseudo(texts: Catalogue): Catalogue {
  return changed(texts) as Catalogue;
}

/** One text in that language; what lies between the marks of `kept` stays as it is. */
export function disguised(text: string): string {
  if (text === "") return "";
  const letters = [...text.replace(new RegExp(KEPT, "gs"), "")].length;
  const longer = "·".repeat(Math.ceil(letters * GROWTH));
  const accented = text
    .split(KEPT)
    .map((part, index) => (index % 2 === 0 ? accents(part) : part))
    .join("");
  return `⟦${accented}${longer}⟧`;
}

function changed(text: unknown): unknown {
  if (typeof text === "string") return disguised(text);
  if (isPlural(text)) return (count: number) => disguised(text(count));
  if (typeof text === "function") {
    return (...parameters: unknown[]) => disguised(String(text(...parameters.map(kept))));
  }
  return Object.fromEntries(
    Object.entries(text as object).map(([key, value]) => [key, changed(value)]),
  );
}

/** Names and the like are not the catalogue's: they are marked before they go into a text. */
function kept(parameter: unknown): unknown {
  return typeof parameter === "string" && parameter !== "" ? `${FROM}${parameter}${TO}` : parameter;
}

function accents(text: string): string {
  return [...text].map((letter) => ACCENTS.get(letter) ?? letter).join("");
}

const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTED = "àƀçđéƒğħîĵķļɱñôþɋřšţûṽŵẋýžÀƁÇĐÉƑĞĦÎĴĶĻḾÑÔÞɊŘŠŢÛṼŴẊÝŽ";
const ACCENTS = new Map([...PLAIN].map((letter, at) => [letter, [...ACCENTED][at] ?? letter]));

/** Characters of private use, which no text has. */
const FROM = "\uE000";
const TO = "\uE001";
const KEPT = /\uE000(.*?)\uE001/s;

/** How much longer a text gets; German and French are about as much longer than English. */
const GROWTH = 0.35;
