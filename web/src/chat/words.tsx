/** Marks the words that were looked for, accents and case ignored, as the server finds them. */

import { Fragment, type ReactNode } from "react";

import { folded } from "../core/fold";

/** The text with its found words marked. */
export function highlighted(text: string, query = ""): ReactNode {
  const ranges = foundRanges(text, query);
  if (ranges.length === 0) return text;
  const nodes: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    nodes.push(<Fragment key={`before ${from}`}>{text.slice(at, from)}</Fragment>);
    nodes.push(<mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  nodes.push(<Fragment key="rest">{text.slice(at)}</Fragment>);
  return nodes;
}

/** Where words of the text begin with words of the query, in UTF-16 code units. */
export function foundRanges(text: string, query: string): [number, number][] {
  const wanted = folded(query)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  if (wanted.length === 0) return [];
  const ranges: [number, number][] = [];
  for (const match of text.matchAll(WORDS)) {
    const word = folded(match[0]);
    const hit = wanted.filter((part) => word.startsWith(part));
    const longest = hit.sort((one, other) => other.length - one.length)[0];
    if (longest === undefined) continue;
    ranges.push([match.index, match.index + unfoldedLength(match[0], longest.length)]);
  }
  return ranges;
}

/** How many units of a word make that many folded ones. */
function unfoldedLength(word: string, length: number): number {
  let end = 0;
  for (const { segment, index } of SEGMENTS.segment(word)) {
    if (folded(word.slice(0, index)).length >= length) break;
    end = index + segment.length;
  }
  return end;
}

const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
const SEGMENTS = new Intl.Segmenter();
