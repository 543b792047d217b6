/** A text in which what was looked for is marked. */

import { Fragment } from "react";
import { folded } from "../core/fold";
import styles from "./Highlight.module.css";

type HighlightProps = {
  text: string;
  /** Words, accents and case aside. */
  query: string;
};

export function Highlight({ text, query }: HighlightProps) {
  return (
    <span dir="auto">
      {split(text, query).map((part) =>
        part.marked ? (
          <mark key={part.at} className={styles.mark}>
            {part.text}
          </mark>
        ) : (
          <Fragment key={part.at}>{part.text}</Fragment>
        ),
      )}
    </span>
  );
}

type Part = { at: number; text: string; marked: boolean };

/** Splits a text at the words of a query. */
export function split(text: string, query: string): Part[] {
  const wanted = folded(query).split(/\s+/u).filter(Boolean);
  const parts: Part[] = [];
  let at = 0;
  for (const piece of text.split(/([\p{L}\p{N}\p{M}]+)/u)) {
    const begin = wanted.find((word) => folded(piece).startsWith(word));
    const length = begin === undefined ? 0 : lengthOf(piece, begin);
    for (const [part, marked] of [
      [piece.slice(0, length), true],
      [piece.slice(length), false],
    ] as const) {
      if (part !== "") parts.push({ at, text: part, marked });
      at += part.length;
    }
  }
  return parts;
}

/** How much of a word a folded beginning covers: folding can change the length. */
function lengthOf(word: string, begin: string): number {
  for (let length = 1; length < word.length; length += 1) {
    const rest = word.slice(length);
    // A mark that stands alone belongs to the letter before it.
    if (folded(word.slice(0, length)) === begin && !/^\p{M}/u.test(rest)) return length;
  }
  return word.length;
}
