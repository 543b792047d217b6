/** Messages outside of their timelines: pinned, starred or found. A press goes to one. */

import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";

import type { FoundMessage, FoundPage, Problem } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { useNow } from "../ui/clock";
import { shortMoment } from "../ui/format";
import { useLocale } from "../ui/locale";
import { Skeleton } from "../ui/Skeleton";
import styles from "./FoundList.module.css";
import { useJump } from "./jump";
import { contentLine } from "./say";
import { highlighted } from "./words";

type FoundListProps = {
  /** Undefined while the server cannot be asked. */
  read: (() => Promise<FoundPage>) | undefined;
  /** What is read; it is read again when this changes. */
  of: string;
  /** Read aloud. */
  label: string;
  /** What stands there when there is nothing. */
  empty: ReactNode;
  /** Words to mark. */
  found?: string;
  /** Whether it says in which conversation each is. */
  titled?: boolean;
  /** After one was gone to. */
  onJump?: () => void;
};

type State = {
  found: readonly FoundMessage[];
  more: (() => Promise<FoundPage>) | undefined;
  problem: Problem | null;
  loading: boolean;
};

export function FoundList(props: FoundListProps) {
  const { read, of, label, empty, found = "", titled = false, onJump } = props;
  const { t } = useLocale();
  const { state, readMore } = useFound(read, of);
  const jump = useJump();
  const nothing = !state.loading && state.problem === null && state.found.length === 0;
  return (
    <div className={styles.list}>
      <ul aria-label={label}>
        {state.found.map((one) => (
          <li key={one.entry.key}>
            <FoundItem
              one={one}
              words={found}
              titled={titled}
              open={() => {
                jump(one.conversation, one.entry.number ?? 0);
                onJump?.();
              }}
            />
          </li>
        ))}
      </ul>
      {state.loading && <Skeleton label={t.message.loading} />}
      {state.problem !== null && (
        <p className={styles.problem} role="alert">
          {t.problem[state.problem]}
        </p>
      )}
      {read === undefined && <p className={styles.problem}>{t.problem.unreachable}</p>}
      {nothing && read !== undefined && empty}
      {readMore && !state.loading && (
        <div className={styles.more}>
          <Button onPress={readMore}>{t.chat.loadOlder}</Button>
        </div>
      )}
    </div>
  );
}

/** Reads page after page; something else begins again. */
export function useFound(read: FoundListProps["read"], of: string) {
  const latest = useRef(read);
  latest.current = read;
  const possible = read !== undefined;
  const [state, setState] = useState<State>(NOTHING);
  const add = useCallback((page: FoundPage, before: readonly FoundMessage[]) => {
    setState(
      page.ok
        ? { found: [...before, ...page.found], more: page.more, problem: null, loading: false }
        : { found: before, more: undefined, problem: page.problem, loading: false },
    );
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads what `of` names.
  useEffect(() => {
    let current = true;
    setState({ ...NOTHING, loading: possible });
    void latest.current?.().then((page) => current && add(page, []));
    return () => {
      current = false;
    };
  }, [of, possible, add]);
  const { found, more } = state;
  const readMore =
    more &&
    (() => {
      setState({ ...state, loading: true });
      void more().then((page) => add(page, found));
    });
  return { state, readMore };
}

type FoundItemProps = {
  one: FoundMessage;
  words: string;
  titled: boolean;
  open: () => void;
};

function FoundItem({ one, words, titled, open }: FoundItemProps) {
  const { t, language } = useLocale();
  const now = useNow(null);
  const { entry, title } = one;
  const { sender } = entry;
  return (
    <button type="button" className={styles.item} onClick={open}>
      <Avatar person={sender} size={40} />
      <span className={styles.words}>
        <span className={styles.line}>
          <span className={styles.name}>
            {sender.self ? t.people.youCapital : sender.name}
            {titled && title !== "" && title !== sender.name && (
              <span className={styles.title}> · {title}</span>
            )}
          </span>
          <time className={styles.time}>{shortMoment(entry.at, now, language, t.chat)}</time>
        </span>
        <span className={styles.text} dir="auto">
          {highlighted(excerpt(contentLine(entry.content, sender, t, language), words), words)}
        </span>
      </span>
    </button>
  );
}

/** A long text from a little before the first word that was looked for. */
function excerpt(text: string, words: string): string {
  if (text.length <= EXCERPT_LETTERS || words === "") return text.slice(0, EXCERPT_LETTERS);
  const first = words.split(/\s+/u)[0] ?? "";
  const at = text.toLocaleLowerCase().indexOf(first.toLocaleLowerCase());
  const from = Math.max(0, at - LEAD_LETTERS);
  return `${from > 0 ? "…" : ""}${text.slice(from, from + EXCERPT_LETTERS)}`;
}

const NOTHING: State = { found: [], more: undefined, problem: null, loading: true };

/** Three lines of a sheet. */
const EXCERPT_LETTERS = 220;
const LEAD_LETTERS = 40;
