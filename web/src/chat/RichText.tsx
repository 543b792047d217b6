/** The text of a message: as text, with web addresses made clickable and nothing else. */

import { Fragment } from "react";

import styles from "./RichText.module.css";

type RichTextProps = {
  text: string;
};

export function RichText({ text }: RichTextProps) {
  if (isBigEmoji(text)) return <span className={styles.big}>{text}</span>;
  return (
    <span className={styles.text} dir="auto">
      {parts(text).map((part) =>
        part.href === null ? (
          <Fragment key={part.at}>{part.text}</Fragment>
        ) : (
          <a
            key={part.at}
            className={styles.link}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {part.text}
          </a>
        ),
      )}
    </span>
  );
}

type Part = { at: number; text: string; href: string | null };

/** Splits a text at its http and https addresses; the full stop that ends a sentence is not theirs. */
export function parts(text: string): Part[] {
  const result: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    if (!URL.canParse(address)) continue;
    if (match.index > from)
      result.push({ at: from, text: text.slice(from, match.index), href: null });
    result.push({ at: match.index, text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) result.push({ at: from, text: text.slice(from), href: null });
  return result;
}

/** One to three emoji and nothing else are drawn large. */
function isBigEmoji(text: string): boolean {
  return text.length <= MAX_BIG_LENGTH && BIG_EMOJI.test(text);
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"]+/giu;
const TRAILING = /[.,;:!?)\]}'»”’]+$/u;
const BIG_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D|\p{Emoji_Modifier})*){1,3}$/u;
const MAX_BIG_LENGTH = 24;
