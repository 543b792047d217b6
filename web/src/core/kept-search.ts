/**
 * Looks for messages among those that this device keeps, for when the server cannot be asked. It finds
 * what the server would find among them, the latest first.
 */

import { foldedWords } from "./fold";
import type { SearchQuery } from "./model";
import type { Content, Highlight, Message } from "./protocol";

/** A message that was found, with the part of its text that was looked for. */
export type KeptHit = { message: Message; excerpt: string; highlights: readonly Highlight[] };

/** The messages that fit, the latest first, no more than `most`. */
export function searchKept(
  messages: Iterable<Message>,
  query: SearchQuery,
  most = MAX_HITS,
): KeptHit[] {
  const wanted = foldedWords(query.words);
  if (wanted.length === 0) return [];
  const fitting: { message: Message; text: string }[] = [];
  for (const message of messages) {
    const text = searchedText(message);
    if (text !== null && isWanted(message, query) && hasAll(text, wanted)) {
      fitting.push({ message, text });
    }
  }
  fitting.sort((one, other) => other.message.sent_at_ms - one.message.sent_at_ms);
  return fitting
    .slice(0, most)
    .map(({ message, text }) => ({ message, ...excerptOf(text, wanted) }));
}

/** What a message says and what its files are called, as the server's index has it. */
function searchedText({ content }: Message): string | null {
  if (content.kind !== "text") return null;
  const names = (content.attachments ?? []).map(({ name }) => name);
  return [content.text, ...names].join("\n").trim();
}

function isWanted(message: Message, query: SearchQuery): boolean {
  const { content, sender, sent_at_ms: at } = message;
  const files = content.kind === "text" ? (content.attachments ?? []) : [];
  return (
    (query.from === null || sender === query.from) &&
    (query.conversation === null || message.conversation === query.conversation) &&
    (query.after === null || at >= query.after) &&
    (query.before === null || at < query.before) &&
    (!query.hasFile || files.length > 0) &&
    (!query.hasLink || hasLink(content))
  );
}

/** All of the words, the last of which may be typed in part. */
function hasAll(text: string, wanted: readonly string[]): boolean {
  const words = foldedWords(text);
  return wanted.every((one, at) =>
    words.some((word) => (at === wanted.length - 1 ? word.startsWith(one) : word === one)),
  );
}

function excerptOf(text: string, wanted: readonly string[]): Omit<KeptHit, "message"> {
  const found: Highlight[] = [];
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const [bare] = foldedWords(word);
    const isFound = wanted.some((one, at) =>
      at === wanted.length - 1 ? bare?.startsWith(one) : bare === one,
    );
    if (isFound) found.push({ offset: index, length: word.length });
  }
  const lead = (found[0]?.offset ?? 0) - LEAD_LETTERS;
  // From the beginning of a word on.
  const from = lead <= 0 ? 0 : text.indexOf(" ", lead) + 1;
  const to = from + EXCERPT_LETTERS;
  const before = from > 0 ? "…" : "";
  return {
    excerpt: `${before}${text.slice(from, to)}${to < text.length ? "…" : ""}`,
    highlights: found
      .filter(({ offset, length }) => offset >= from && offset + length <= to)
      .map(({ offset, length }) => ({ offset: offset - from + before.length, length })),
  };
}

/** What one looks through by eye; whoever wants others says more words. */
const MAX_HITS = 100;

/** About as much as the server tells of a message. */
const EXCERPT_LETTERS = 160;
const LEAD_LETTERS = 40;

/** Whether a text leads to another page. */
function hasLink(content: Content): boolean {
  if (content.kind !== "text") return false;
  const isLink = content.entities?.some(({ style }) => style.kind === "link") ?? false;
  return isLink || /https?:\/\//u.test(content.text);
}
