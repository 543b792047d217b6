/** Texts that depend on a count. */

/** A text for a count, made by [`plural`]. */
export type Plural = (count: number) => string;

/** The forms of one text; `#` stands for the count. Languages need different sets of them. */
export type Forms = { readonly other: string } & {
  readonly [Rule in Exclude<Intl.LDMLPluralRule, "other">]?: string;
};

/** Makes the text of `language` that chooses its form by the count. */
export function plural(language: string, forms: Forms): Plural {
  const rules = new Intl.PluralRules(language);
  const format = new Intl.NumberFormat(language);
  const text: Plural = (count) =>
    (forms[rules.select(count)] ?? forms.other).replace("#", format.format(count));
  PLURALS.add(text);
  return text;
}

/** Whether a text takes a count, and not words. */
export function isPlural(text: unknown): text is Plural {
  return PLURALS.has(text as Plural);
}

const PLURALS = new WeakSet<Plural>();
