/** Asks for messages while their words are typed, and keeps what was found. */

import { useEffect, useRef, useState } from "react";

import { foldedWords } from "../core/fold";
import type { ConversationList, Problem, SearchHit, SearchPage, SearchQuery } from "../core/model";
import type { ConversationId, PersonId } from "../core/protocol";
import { useClock } from "../ui/clock";

/** What narrows a search down. */
export type SearchFilters = {
  from: PersonId | null;
  conversation: ConversationId | null;
  when: "any" | "week" | "month" | "year";
  hasFile: boolean;
  hasLink: boolean;
  order: SearchQuery["order"];
};

export const NO_FILTERS: SearchFilters = {
  from: null,
  conversation: null,
  when: "any",
  hasFile: false,
  hasLink: false,
  order: "latest",
};

/** What came of a search. */
export type Found = {
  state: "idle" | "short" | "searching" | "done";
  hits: readonly SearchHit[];
  more: (() => void) | undefined;
  problem: Problem | null;
  /** Only what this device keeps was looked through. */
  kept: boolean;
};

/** Looks for the words once they have not changed for a moment. */
export function useSearch(
  words: string,
  filters: SearchFilters,
  search: ConversationList["search"],
): Found {
  const [found, setFound] = useState<Found>(NOTHING);
  const latest = useRef(search);
  latest.current = search;
  const now = useClock();
  const wanted = words.trim();
  const { from, conversation, when, hasFile, hasLink, order } = filters;
  const isShort = foldedWords(wanted).join("").length < MIN_LETTERS;
  const isIdle = wanted === "" || search === undefined;

  useEffect(() => {
    if (isIdle || isShort) {
      setFound({ ...NOTHING, state: isIdle ? "idle" : "short" });
      return;
    }
    let current = true;
    setFound((before) => ({ ...before, state: "searching", problem: null, more: undefined }));
    const take = (page: SearchPage, before: readonly SearchHit[]): void => {
      if (!current) return;
      if (!page.ok) {
        setFound({ ...NOTHING, state: "done", hits: before, problem: page.problem });
        return;
      }
      const { more } = page;
      const hits = [...before, ...page.hits];
      const readMore = (): void => {
        setFound((found) => ({ ...found, state: "searching", more: undefined }));
        void more?.().then((next) => take(next, hits));
      };
      const next = more === undefined ? undefined : readMore;
      setFound({ state: "done", hits, more: next, problem: null, kept: page.kept });
    };
    const timer = setTimeout(() => {
      const after = when === "any" ? null : now() - SPAN_MS[when];
      const rest = { after, before: null, hasFile, hasLink, order };
      const query = { words: wanted, from, conversation, ...rest };
      void latest.current?.(query).then((page) => take(page, []));
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted, isIdle, isShort, from, conversation, when, hasFile, hasLink, order, now]);
  return found;
}

const NOTHING: Found = { state: "idle", hits: [], more: undefined, problem: null, kept: false };

/** One letter is in nearly every message. */
const MIN_LETTERS = 2;

/** As long as somebody types on, nothing is asked; in ms. */
const PAUSE_MS = 200;

const DAY_MS = 86_400_000;
const SPAN_MS = { week: 7 * DAY_MS, month: 30 * DAY_MS, year: 365 * DAY_MS } as const;
