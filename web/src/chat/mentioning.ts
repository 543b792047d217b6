/** Finds whom one is about to mention. */

import type { PersonView } from "../core/model";
import { matches } from "../ui/names";

/** An @ and what stands behind it up to the caret. */
export type MentionQuery = { from: number; to: number; words: string };

/** What is being typed behind an @; null when the caret is elsewhere. */
export function mentionQuery(text: string, caret: number): MentionQuery | null {
  const match = QUERY.exec(text.slice(0, caret));
  const words = match?.[1];
  if (words === undefined) return null;
  return { from: caret - words.length - 1, to: caret, words };
}

/** Whom the query may mean, oneself never. */
export function mentioned(people: readonly PersonView[], query: MentionQuery): PersonView[] {
  return people
    .filter(({ self, name, username }) => !self && matches(query.words, `${name} ${username}`))
    .sort((one, other) => one.name.localeCompare(other.name))
    .slice(0, MOST_SHOWN);
}

/** At most two words, so that a sentence behind an @ is not looked up for ever. */
const QUERY = /(?:^|[\s(])@((?:[\p{L}\p{N}\p{M}._-]+ ?)?[\p{L}\p{N}\p{M}._-]*)$/u;

const MOST_SHOWN = 6;
