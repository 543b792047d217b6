/** How names are shortened, listed and looked up. */

import { folded } from "../core/fold";
import type { Catalogue } from "../core/i18n";
import type { PersonView } from "../core/model";

/** One or two letters for an avatar. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

/** Whose colour is which: the number of `--disc-*` and `--name-*` in tokens.css for an id. */
export function hue(id: string): number {
  return stableIndex(id, HUES);
}

/** A number that is the same for the same text everywhere, below `count`. */
function stableIndex(text: string, count: number): number {
  let hash = FNV_OFFSET;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), FNV_PRIME);
  }
  return (hash >>> 0) % count;
}

/** The first name, for lists of several people. */
export function firstName(person: PersonView): string {
  if (person.role === "deleted") return person.name;
  return person.name.split(/\s+/u)[0] ?? person.name;
}

/** "Ama", "Ama and Kofi", "Ama, Kofi and 3 others". */
export function listNames(people: readonly PersonView[], t: Catalogue, most = 3): string {
  const names = people.map(firstName);
  if (names.length <= 1) return names.join("");
  if (names.length <= most) {
    return t.people.and(names.slice(0, -1).join(", "), names[names.length - 1] ?? "");
  }
  const shown = names.slice(0, most - 1);
  return t.people.and(shown.join(", "), t.people.others(names.length - shown.length));
}

/** Whether every word of the query begins a word of the text, accents and case aside. */
export function matches(query: string, text: string): boolean {
  const words = folded(text).split(/[\s.@_-]+/u);
  return folded(query)
    .split(/\s+/u)
    .filter(Boolean)
    .every((part) => words.some((word) => word.startsWith(part)));
}

/** How many colours tokens.css has for people. */
const HUES = 8;

/** FNV-1a, 32 bits. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
