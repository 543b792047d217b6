/** Puts marks around what is selected in a text field, or takes them away. */

/** What a text field holds and what is selected in it. */
export type Selected = { text: string; from: number; to: number };

/** A replacement of a part of the text, and what is selected after it. */
export type Replacement = {
  from: number;
  to: number;
  text: string;
  select: { from: number; to: number };
};

/** The marks that there are buttons for. */
export type MarkKind = "bold" | "italic" | "strike" | "code" | "quote" | "list" | "link";

/** What a button or a key of a mark does. */
export function mark(selected: Selected, kind: MarkKind): Replacement {
  switch (kind) {
    case "bold":
    case "italic":
    case "strike":
      return wrap(selected, WRAPS[kind]);
    case "code":
      return selected.text.slice(selected.from, selected.to).includes("\n")
        ? fence(selected)
        : wrap(selected, WRAPS.code);
    case "quote":
      return prefix(selected, "> ");
    case "list":
      return prefix(selected, "- ");
    case "link":
      return link(selected);
  }
}

/** Whether what is selected has the mark now. */
export function isMarked(selected: Selected, kind: MarkKind): boolean {
  const { text, from, to } = selected;
  if (kind === "quote" || kind === "list") {
    const start = kind === "quote" ? "> " : "- ";
    return wholeLines(selected)
      .text.split("\n")
      .every((line) => line.startsWith(start));
  }
  if (kind === "link") return false;
  const around = WRAPS[kind];
  const before = text.slice(0, from).endsWith(around);
  return before && text.slice(to).startsWith(around);
}

function wrap(selected: Selected, around: string): Replacement {
  const { text, from, to } = selected;
  const size = around.length;
  if (text.slice(0, from).endsWith(around) && text.slice(to).startsWith(around)) {
    const inner = text.slice(from, to);
    const start = from - size;
    return {
      from: start,
      to: to + size,
      text: inner,
      select: { from: start, to: start + inner.length },
    };
  }
  // Marks stand next to letters: spaces at the edges stay outside.
  const inner = text.slice(from, to);
  const lead = inner.length - inner.trimStart().length;
  const words = inner.trim();
  const tail = inner.slice(lead + words.length);
  const start = from + lead + size;
  return {
    from,
    to,
    text: `${inner.slice(0, lead)}${around}${words}${around}${tail}`,
    select: { from: start, to: start + words.length },
  };
}

function fence({ text, from, to }: Selected): Replacement {
  const inner = text.slice(from, to).replace(/^\n|\n$/gu, "");
  const before = from > 0 && text[from - 1] !== "\n" ? "\n" : "";
  const after = to < text.length && text[to] !== "\n" ? "\n" : "";
  const start = from + before.length + "```\n".length;
  return {
    from,
    to,
    text: `${before}\`\`\`\n${inner}\n\`\`\`${after}`,
    select: { from: start, to: start + inner.length },
  };
}

function prefix(selected: Selected, start: string): Replacement {
  const { from, to, text } = wholeLines(selected);
  const lines = text.split("\n");
  const all = lines.every((line) => line.startsWith(start));
  const changed = lines.map((line) => (all ? line.slice(start.length) : start + line)).join("\n");
  const single = selected.from === selected.to;
  const end = from + changed.length;
  return { from, to, text: changed, select: { from: single ? end : from, to: end } };
}

function link({ text, from, to }: Selected): Replacement {
  const inner = text.slice(from, to);
  if (/^https?:\/\/\S+$/u.test(inner)) {
    return { from, to, text: `[](${inner})`, select: { from: from + 1, to: from + 1 } };
  }
  const address = "https://";
  const start = from + inner.length + 3;
  return {
    from,
    to,
    text: `[${inner}](${address})`,
    select: { from: start, to: start + address.length },
  };
}

function wholeLines({ text, from, to }: Selected): { from: number; to: number; text: string } {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const next = text.indexOf("\n", to);
  const end = next === -1 ? text.length : next;
  return { from: start, to: end, text: text.slice(start, end) };
}

const WRAPS = { bold: "*", italic: "_", strike: "~", code: "`" } as const;
