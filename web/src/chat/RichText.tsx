/** The text of a message: as text with its parts drawn, never as HTML. */

import { Fragment, type ReactNode } from "react";

import { pieces } from "../core/markup";
import type { Entity, PersonId } from "../core/protocol";
import { type Block, blocks } from "./blocks";
import styles from "./RichText.module.css";
import { highlighted } from "./words";

type RichTextProps = {
  text: string;
  entities?: readonly Entity[] | undefined;
  /** Whose mention stands out. */
  me?: PersonId | undefined;
  /** Words that were looked for. */
  found?: string | undefined;
  /** What somebody who is mentioned is called now; undefined leaves what was written. */
  nameOf?: ((person: PersonId) => string | undefined) | undefined;
  /** Shows who was mentioned. */
  showPerson?: ((person: PersonId) => void) | undefined;
};

export function RichText({ text, entities = [], ...rest }: RichTextProps) {
  if (entities.length === 0 && isBigEmoji(text)) return <span className={styles.big}>{text}</span>;
  return (
    <span className={styles.text} dir="auto">
      {blocks(pieces(text, entities)).map((block) => drawn(block, rest))}
    </span>
  );
}

type Context = Omit<RichTextProps, "text" | "entities">;

function drawn(block: Block, context: Context): ReactNode {
  if (block.kind === "list") return <List key={block.at} list={block} context={context} />;
  if (block.kind === "words") {
    return <Fragment key={block.at}>{highlighted(block.text, context.found)}</Fragment>;
  }
  const { style, at } = block;
  const inside = blocks(block.pieces).map((piece) => drawn(piece, context));
  switch (style.kind) {
    case "bold":
      return <strong key={at}>{inside}</strong>;
    case "italic":
      return <em key={at}>{inside}</em>;
    case "strike":
      return <s key={at}>{inside}</s>;
    case "code":
      return (
        <code key={at} className={styles.code} dir="ltr">
          {inside}
        </code>
      );
    case "pre":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and keyboards must reach them.
        <pre key={at} className={styles.pre} dir="ltr" tabIndex={0}>
          <code>{inside}</code>
        </pre>
      );
    case "quote":
      return (
        <blockquote key={at} className={styles.quote}>
          {inside}
        </blockquote>
      );
    case "item":
      return <Fragment key={at}>{inside}</Fragment>;
    case "link":
      return (
        <Address key={at} href={style.url}>
          {inside}
        </Address>
      );
    case "mention":
      return (
        <Mention key={at} person={style.person} context={context}>
          {inside}
        </Mention>
      );
  }
}

type ListProps = { list: Extract<Block, { kind: "list" }>; context: Context };

function List({ list, context }: ListProps) {
  const items = list.items.map(({ at, number, pieces: within }) => (
    <li key={at} {...(number !== null && { value: number })}>
      {within.map((piece) => drawn(piece, context))}
    </li>
  ));
  return list.items[0]?.number === null ? (
    <ul className={styles.list}>{items}</ul>
  ) : (
    <ol className={styles.list}>{items}</ol>
  );
}

type MentionProps = { person: PersonId; context: Context; children: ReactNode };

function Mention({ person, context, children }: MentionProps) {
  const { me, nameOf, showPerson } = context;
  const name = nameOf?.(person);
  const shown = name === undefined ? children : `@${name}`;
  const properties = { className: styles.mention, "data-me": person === me } as const;
  if (showPerson === undefined || person === me) return <span {...properties}>{shown}</span>;
  return (
    <button type="button" {...properties} onClick={() => showPerson(person)}>
      {shown}
    </button>
  );
}

/** What leads elsewhere than to a page or a letter is drawn as the words it is. */
function Address({ href, children }: { href: string; children: ReactNode }) {
  if (!LEADS_OUT.test(href)) return children;
  return (
    <a className={styles.link} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** One to three emoji and nothing else are drawn large. */
function isBigEmoji(text: string): boolean {
  return text.length <= MAX_BIG_LENGTH && BIG_EMOJI.test(text);
}

const LEADS_OUT = /^(?:https?:\/\/|mailto:)/iu;
const BIG_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D|\p{Emoji_Modifier})*){1,3}$/u;
const MAX_BIG_LENGTH = 24;
