/**
 * Turns what a person types into a text with entities, and back.
 *
 * The marks are those people know from other chats: `*bold*` or `**bold**`, `_italic_`, `~struck~`,
 * `` `code` ``, fences of three backticks, `> ` before a quote, `- ` or `1. ` before an item,
 * `[words](https://…)`, and `@name`. A backslash before a mark leaves it as it is. Whatever does
 * not close stays as it was typed. Offsets count UTF-16 code units, as strings here do.
 */

import type { Entity, PersonId, Style } from "./protocol";

/** A text and how parts of it are drawn. */
export type Marked = { text: string; entities: readonly Entity[] };

/** A part of a text as views draw it: words, or parts within a style. */
export type Piece =
  | { kind: "words"; text: string; at: number }
  | { kind: "styled"; style: Style; pieces: readonly Piece[]; at: number };

/** Whom a name after `@` means; null for nobody. */
export type Namer = (username: string) => PersonId | null;

/** Reads what was typed. */
export function parse(typed: string, named: Namer): Marked {
  const writer = new Writer(named);
  const lines = typed.trim().split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    if (index > 0) writer.write("\n");
    const line = lines[index] ?? "";
    const fence = FENCE.exec(line);
    const end = fence === null ? -1 : lines.indexOf("```", index + 1);
    if (fence !== null && end > index + 1) {
      writer.block({ kind: "pre", language: fence[1] ?? "" }, lines.slice(index + 1, end));
      index = end;
      continue;
    }
    writer.line(line);
  }
  return writer.done();
}

/** Writes a text as it would have been typed, to be edited. */
export function unparse({ text, entities }: Marked): string {
  return write(pieces(text, entities, false));
}

/** Cuts a text into the parts that are drawn; web addresses lead to their pages. */
export function pieces(text: string, entities: readonly Entity[], links = true): readonly Piece[] {
  return cut(text, entities, 0, text.length, links);
}

class Writer {
  #text = "";
  readonly #entities: Entity[] = [];

  constructor(private readonly named: Namer) {}

  write(text: string): void {
    this.#text += text;
  }

  block(style: Style, lines: readonly string[]): void {
    this.#styled(style, () => this.write(lines.join("\n")));
  }

  line(line: string): void {
    const quote = QUOTE.exec(line);
    if (quote !== null) {
      this.#quoted(quote[1] ?? "");
      return;
    }
    const item = ITEM.exec(line);
    if (item !== null) {
      const number = item[1] === undefined ? null : Number(item[1]);
      this.#styled({ kind: "item", number }, () => this.#inline(item[2] ?? ""));
      return;
    }
    this.#inline(line);
  }

  done(): Marked {
    const entities = this.#entities
      .filter(({ length }) => length > 0)
      .sort((one, other) => one.offset - other.offset || other.length - one.length);
    // More than the server takes: the words matter more than their looks.
    return { text: this.#text, entities: entities.length > MAX_ENTITIES ? [] : entities };
  }

  /** Quoted lines that follow one another are one quote. */
  #quoted(words: string): void {
    const before = this.#entities.findLast(({ style }) => style.kind === "quote");
    const joins = before !== undefined && before.offset + before.length === this.#text.length - 1;
    if (joins) {
      this.#inline(words);
      before.length = this.#text.length - before.offset;
      return;
    }
    this.#styled({ kind: "quote" }, () => this.#inline(words));
  }

  #inline(words: string): void {
    let at = 0;
    while (at < words.length) {
      const length = this.#mark(words, at);
      if (length > 0) {
        at += length;
        continue;
      }
      this.write(words[at] ?? "");
      at += 1;
    }
  }

  /** Writes the mark that starts at `at`; returns how much of the words it took, or 0. */
  #mark(words: string, at: number): number {
    const rest = words.slice(at);
    const escaped = /^\\([\\*_~`[\]>@#-])/.exec(rest);
    if (escaped !== null) {
      this.write(escaped[1] ?? "");
      return 2;
    }
    // What stands in an address is part of it, an underscore too.
    const address = ADDRESS.exec(rest);
    if (address !== null && startsWord(words, at)) {
      this.write(address[0]);
      return address[0].length;
    }
    return (
      this.#code(rest) || this.#link(rest) || this.#mention(words, at) || this.#styles(words, at)
    );
  }

  #code(rest: string): number {
    const code = /^`([^`]+)`/.exec(rest);
    if (code === null) return 0;
    this.#styled({ kind: "code" }, () => this.write(code[1] ?? ""));
    return code[0].length;
  }

  #link(rest: string): number {
    const link = /^\[([^[\]]+)\]\((\S+?)\)/.exec(rest);
    const url = link?.[2] ?? "";
    if (link === null || !LINKED.test(url)) return 0;
    this.#styled({ kind: "link", url }, () => this.#inline(link[1] ?? ""));
    return link[0].length;
  }

  #mention(words: string, at: number): number {
    const name = /^@([\p{L}\p{N}._-]+)/u.exec(words.slice(at));
    if (name === null || !startsWord(words, at)) return 0;
    // A full stop after a name may end the sentence.
    for (let end = name[1]?.length ?? 0; end > 0; end -= 1) {
      const username = name[1]?.slice(0, end) ?? "";
      const person = this.named(username.toLowerCase());
      if (person === null) continue;
      this.#styled({ kind: "mention", person }, () => this.write(`@${username}`));
      return username.length + 1;
    }
    return 0;
  }

  #styles(words: string, at: number): number {
    for (const [mark, kind] of MARKS) {
      if (!words.startsWith(mark, at) || !startsWord(words, at)) continue;
      const from = at + mark.length;
      const end = closing(words, from, mark);
      if (end < 0) continue;
      this.#styled({ kind }, () => this.#inline(words.slice(from, end)));
      return end + mark.length - at;
    }
    return 0;
  }

  #styled(style: Style, write: () => void): void {
    const entity = { offset: this.#text.length, length: 0, style };
    this.#entities.push(entity);
    write();
    entity.length = this.#text.length - entity.offset;
  }
}

/** Where a mark closes: after a letter, and before the end of a word; -1 when it does not. */
function closing(words: string, from: number, mark: string): number {
  const first = words[from] ?? " ";
  if (/\s/.test(first) || (mark.length === 1 && first === mark)) return -1;
  for (let end = words.indexOf(mark, from); end >= 0; end = words.indexOf(mark, end + 1)) {
    const inside = words[end - 1] ?? " ";
    const after = words[end + mark.length] ?? " ";
    if (end > from && !/[\s\\]/.test(inside) && !/[\p{L}\p{N}]/u.test(after)) {
      if (after !== mark[0] || mark.length > 1) return end;
    }
  }
  return -1;
}

function startsWord(words: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(words[at - 1] ?? "");
}

function cut(
  text: string,
  entities: readonly Entity[],
  from: number,
  to: number,
  links: boolean,
): Piece[] {
  const result: Piece[] = [];
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity === undefined || entity.offset < at) continue;
    const end = Math.min(entity.offset + entity.length, to);
    result.push(...words(text, at, entity.offset, links));
    const within = entities.slice(index + 1).filter(({ offset }) => offset < end);
    const inner = ["code", "pre", "link", "mention"].includes(entity.style.kind);
    const pieces = cut(text, within, entity.offset, end, links && !inner);
    result.push({ kind: "styled", style: entity.style, pieces, at: entity.offset });
    at = end;
  }
  result.push(...words(text, at, to, links));
  return result;
}

function words(text: string, from: number, to: number, links: boolean): Piece[] {
  const part = text.slice(from, to);
  if (part === "") return [];
  if (!links) return [{ kind: "words", text: part, at: from }];
  const result: Piece[] = [];
  let at = 0;
  for (const match of part.matchAll(ADDRESSES)) {
    // The full stop that ends a sentence is not the address's.
    const url = match[0].replace(TRAILING, "");
    if (!URL.canParse(url)) continue;
    if (match.index > at) {
      result.push({ kind: "words", text: part.slice(at, match.index), at: from + at });
    }
    const pieces: Piece[] = [{ kind: "words", text: url, at: from + match.index }];
    result.push({ kind: "styled", style: { kind: "link", url }, pieces, at: from + match.index });
    at = match.index + url.length;
  }
  if (at < part.length) result.push({ kind: "words", text: part.slice(at), at: from + at });
  return result;
}

function write(all: readonly Piece[]): string {
  return all
    .map((piece) => (piece.kind === "words" ? withBackslashes(piece.text) : typed(piece)))
    .join("");
}

function typed({ style, pieces: within }: Extract<Piece, { kind: "styled" }>): string {
  const raw = plain(within);
  switch (style.kind) {
    case "bold":
      return `*${write(within)}*`;
    case "italic":
      return `_${write(within)}_`;
    case "strike":
      return `~${write(within)}~`;
    case "code":
      return `\`${raw}\``;
    case "pre":
      return `\`\`\`${style.language}\n${raw}\n\`\`\``;
    case "quote":
      return write(within)
        .split("\n")
        .map((line) => `> ${line}`)
        .join("\n");
    case "item":
      return `${style.number === null ? "-" : `${style.number}.`} ${write(within)}`;
    case "link":
      return `[${write(within)}](${style.url})`;
    case "mention":
      return raw;
  }
}

function plain(all: readonly Piece[]): string {
  return all.map((piece) => (piece.kind === "words" ? piece.text : plain(piece.pieces))).join("");
}

/** Marks that would be read as such get a backslash; those in the middle of a word are none. */
function withBackslashes(text: string): string {
  return text
    .split(ADDRESS_PARTS)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(/[\\*_~`[\]]/g, "\\$&")
            .replace(/^>(?= )/gm, "\\>")
            .replace(/^-(?= )/gm, "\\-"),
    )
    .join("");
}

const FENCE = /^```([A-Za-z0-9+\-#.]{0,30})\s*$/;
const QUOTE = /^> ?(.*)$/;
const ITEM = /^\s*(?:[-•]|(\d{1,9})\.) (.+)$/;
const LINKED = /^(?:https?:\/\/|mailto:)\S{1,2000}$/i;
const ADDRESS = /^https?:\/\/[^\s<>"]+/iu;
const ADDRESSES = /\bhttps?:\/\/[^\s<>"]+/giu;
const ADDRESS_PARTS = /(\bhttps?:\/\/[^\s<>"]+)/iu;
const TRAILING = /[.,;:!?)\]}'»”’]+$/u;

/** The longer mark first. */
const MARKS = [
  ["**", "bold"],
  ["*", "bold"],
  ["__", "italic"],
  ["_", "italic"],
  ["~~", "strike"],
  ["~", "strike"],
] as const;

/** Parts with a style that the server takes in one text. */
const MAX_ENTITIES = 200;
