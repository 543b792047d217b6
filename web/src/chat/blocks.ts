/** Puts items of a list together, and takes away the line breaks that blocks make by themselves. */

import type { Piece } from "../core/markup";

/** A piece of a text, or the items of a list that follow one another. */
export type Block = Piece | { kind: "list"; at: number; items: readonly Item[] };

/** One line of a list; its number in a numbered one. */
export type Item = { at: number; number: number | null; pieces: readonly Piece[] };

export function blocks(pieces: readonly Piece[]): Block[] {
  const result: Block[] = [];
  pieces.forEach((piece, index) => {
    if (piece.kind === "words") {
      const text = withoutBreaks(piece.text, pieces[index - 1], pieces[index + 1]);
      if (text !== "") result.push({ ...piece, text });
      return;
    }
    if (piece.style.kind !== "item") {
      result.push(piece);
      return;
    }
    const item = { at: piece.at, number: piece.style.number, pieces: piece.pieces };
    const last = result.at(-1);
    if (last?.kind === "list") {
      result[result.length - 1] = { ...last, items: [...last.items, item] };
    } else {
      result.push({ kind: "list", at: piece.at, items: [item] });
    }
  });
  return result;
}

function withoutBreaks(text: string, before: Piece | undefined, after: Piece | undefined): string {
  const start = isBlock(before) && text.startsWith("\n") ? 1 : 0;
  const end = isBlock(after) && text.endsWith("\n") && text.length > start ? 1 : 0;
  return text.slice(start, text.length - end);
}

function isBlock(piece: Piece | undefined): boolean {
  return piece?.kind === "styled" && ["pre", "quote", "item"].includes(piece.style.kind);
}
