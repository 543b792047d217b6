/** Texts as a search compares them. */

/** Lower case without accents. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** The words of what is looked for, folded; empty when there is nothing to look for. */
export function foldedWords(query: string): string[] {
  return folded(query)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
