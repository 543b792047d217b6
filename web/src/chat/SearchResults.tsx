/** What was found: people and messages, with what narrows the messages down. */

import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";

import type { ConversationList, ConversationRow, PersonView, SearchHit } from "../core/model";
import type { ConversationId } from "../core/protocol";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Chip } from "../ui/Chip";
import { EmptyState } from "../ui/EmptyState";
import { LiveText } from "../ui/LiveText";
import { useLocale } from "../ui/locale";
import { Segmented } from "../ui/Segmented";
import { Select } from "../ui/Select";
import { Skeleton } from "../ui/Skeleton";
import { useJump } from "./jump";
import { SearchHit as Hit } from "./SearchHit";
import styles from "./SearchResults.module.css";
import { rowTitle } from "./say";
import { type Found, NO_FILTERS, type SearchFilters, useSearch } from "./useSearch";

type SearchResultsProps = {
  query: string;
  search: ConversationList["search"];
  /** Those whose messages can be looked for. */
  senders: readonly PersonView[];
  /** Where messages can be. */
  rows: readonly ConversationRow[];
  /** Looks in this one alone. */
  conversation?: ConversationId;
  /** People whose names fit. */
  people?: readonly PersonView[];
  writeTo?: ((person: string) => void) | undefined;
  /** Something else was found by whoever shows this. */
  foundElse?: boolean;
  /** After a message was gone to. */
  onJump?: () => void;
};

export function SearchResults(props: SearchResultsProps) {
  const { query, search, senders, rows, people = [], writeTo, onJump } = props;
  const { conversation, foundElse = false } = props;
  const { t } = useLocale();
  const [chosen, setChosen] = useState<SearchFilters>(NO_FILTERS);
  const filters = conversation === undefined ? chosen : { ...chosen, conversation };
  const found = useSearch(query, filters, search);
  const shown = writeTo === undefined ? [] : people.slice(0, MAX_PEOPLE);
  const isDone = found.state === "done" && found.problem === null;
  const isNothing = isDone && found.hits.length === 0;
  return (
    <div className={styles.results}>
      {shown.length > 0 && (
        <section>
          <h2 className={styles.heading}>{t.search.people}</h2>
          <ul aria-label={t.search.people}>
            {shown.map((person) => (
              <li key={person.id}>
                <button
                  type="button"
                  className={styles.person}
                  data-stop={`person ${person.id}`}
                  onClick={() => writeTo?.(person.id)}
                >
                  <Avatar person={person} size={40} presence />
                  <span className={styles.words}>
                    <span className={styles.name}>{person.name}</span>
                    <span className={styles.detail}>@{person.username}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {search !== undefined && query.trim() !== "" && (
        <section>
          <h2 className={styles.heading}>{t.search.messages}</h2>
          <Narrowing
            filters={chosen}
            setFilters={setChosen}
            senders={senders}
            rows={conversation === undefined ? rows : []}
          />
          {found.kept && <p className={styles.note}>{t.search.kept}</p>}
          {found.state === "short" && <p className={styles.note}>{t.search.short}</p>}
          <Hits found={found} query={query} rows={rows} {...(onJump && { onJump })} />
          {isNothing && (
            <EmptyState
              small
              picture="search"
              title={t.search.nothing}
              text={foundElse || shown.length > 0 ? "" : t.search.nothingText(query.trim())}
            />
          )}
          <LiveText>{spoken(found, t.search)}</LiveText>
        </section>
      )}
    </div>
  );
}

type HitsProps = {
  found: Found;
  query: string;
  rows: readonly ConversationRow[];
  onJump?: () => void;
};

function Hits({ found, query, rows, onJump }: HitsProps) {
  const { t } = useLocale();
  const jump = useJump();
  const go = (hit: SearchHit): void => {
    jump(hit.conversation, hit.entry.number ?? 0);
    onJump?.();
  };
  return (
    <>
      <ul aria-label={t.search.messages}>
        {found.hits.map((hit) => {
          const row = rows.find(({ id }) => id === hit.conversation);
          const title = row === undefined ? hit.title : rowTitle(row, t);
          return (
            <li key={hit.entry.key}>
              <Hit
                conversation={{ id: hit.conversation, title, other: row?.other ?? null }}
                sender={hit.entry.sender}
                at={hit.entry.at}
                text={hit.excerpt}
                query={query}
                stop={`hit ${hit.entry.key}`}
                open={() => go(hit)}
              />
            </li>
          );
        })}
      </ul>
      {found.state === "searching" && <Skeleton label={t.search.searching} />}
      {found.problem !== null && (
        <p className={styles.note} role="alert">
          {t.problem[found.problem]}
        </p>
      )}
      {found.more && (
        <div className={styles.more}>
          <Button onPress={found.more}>{t.search.more}</Button>
        </div>
      )}
    </>
  );
}

type NarrowingProps = {
  filters: SearchFilters;
  setFilters: (filters: SearchFilters) => void;
  senders: readonly PersonView[];
  rows: readonly ConversationRow[];
};

function Narrowing({ filters, setFilters, senders, rows }: NarrowingProps) {
  const { t } = useLocale();
  const [open, setOpen] = useState(false);
  const { from, conversation, when, hasFile, hasLink, order } = filters;
  const change = (part: Partial<SearchFilters>): void => setFilters({ ...filters, ...part });
  const narrowed = from !== null || conversation !== null || when !== "any";
  const { times } = t.search;
  return (
    <fieldset className={styles.filters} aria-label={t.search.filters}>
      <div className={styles.quick}>
        <Segmented
          label={t.search.order}
          segments={[
            { value: "latest", label: t.search.latest },
            { value: "best", label: t.search.best },
          ]}
          value={order}
          onChange={(next) => change({ order: next })}
        />
        <Chip toggle={{ on: hasFile, action: () => change({ hasFile: !hasFile }) }}>
          {t.search.files}
        </Chip>
        <Chip toggle={{ on: hasLink, action: () => change({ hasLink: !hasLink }) }}>
          {t.search.links}
        </Chip>
        <Chip
          leading={<SlidersHorizontal size={14} aria-hidden="true" />}
          toggle={{ on: open || narrowed, action: () => setOpen(!open) }}
        >
          {t.search.filters}
        </Chip>
      </div>
      {open && (
        <div className={styles.choices}>
          <Select
            label={t.search.from}
            placeholder={t.search.anybody}
            options={[
              { value: EVERY, label: t.search.anybody },
              ...senders.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={from ?? EVERY}
            onChange={(id) => change({ from: id === EVERY ? null : id })}
          />
          {rows.length > 0 && (
            <Select
              label={t.search.in}
              placeholder={t.search.anywhere}
              options={[
                { value: EVERY, label: t.search.anywhere },
                ...rows.map((row) => ({ value: row.id, label: rowTitle(row, t) })),
              ]}
              value={conversation ?? EVERY}
              onChange={(id) => change({ conversation: id === EVERY ? null : id })}
            />
          )}
          <Select<SearchFilters["when"]>
            label={t.search.when}
            placeholder={times.any}
            options={SPANS.map((value) => ({ value, label: times[value] }))}
            value={when}
            onChange={(next) => change({ when: next })}
          />
        </div>
      )}
    </fieldset>
  );
}

function spoken(found: Found, words: ReturnType<typeof useLocale>["t"]["search"]): string {
  if (found.state === "searching") return words.searching;
  if (found.state !== "done" || found.problem !== null) return "";
  if (found.hits.length === 0) return words.nothing;
  const { length } = found.hits;
  return found.more === undefined ? words.found(length) : words.foundMore(length);
}

/** No id of a person or a conversation. */
const EVERY = "";

const SPANS = ["any", "week", "month", "year"] as const;

/** People above the messages; whoever looks for others types more of their name. */
const MAX_PEOPLE = 5;
