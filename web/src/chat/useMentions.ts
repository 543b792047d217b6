/** The list of people that opens behind an @, with its keys. */

import { type KeyboardEvent, useId, useState } from "react";

import type { PersonView } from "../core/model";
import { type MentionQuery, mentioned, mentionQuery } from "./mentioning";

/** What is offered for the text before the caret; `insert` replaces the query by what to write. */
export function useMentions(
  text: string,
  caret: number,
  people: readonly PersonView[],
  insert: (query: MentionQuery, written: string) => void,
) {
  const id = useId();
  const [active, setActive] = useState(0);
  const [closed, setClosed] = useState<number | null>(null);
  const query = mentionQuery(text, caret);
  const found = query === null || query.from === closed ? [] : mentioned(people, query);
  const chosen = Math.min(active, found.length - 1);

  const pick = (person: PersonView): void => {
    if (query === null) return;
    insert(query, `@${person.username} `);
    setActive(0);
    setClosed(query.from);
  };

  /** Whether the key was for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const person = found[chosen];
    if (person === undefined || event.nativeEvent.isComposing) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setActive((chosen + step + found.length) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") pick(person);
    else if (event.key === "Escape") setClosed(query?.from ?? null);
    else return false;
    event.preventDefault();
    return true;
  };

  return { id, found, active: chosen, pick, onKeyDown };
}
