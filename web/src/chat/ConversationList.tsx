/** The list of conversations, with its search, its filters and the ways in. */

import { MessageCirclePlus, Phone, Settings, Star } from "lucide-react";
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";

import type { Catalogue } from "../core/i18n";
import type { ConversationRow, ConversationList as List, People, PersonView } from "../core/model";
import type { ConversationId } from "../core/protocol";
import { CallsSheet, SearchResults, StarredSheet } from "../lazy";
import { Avatar } from "../ui/Avatar";
import { Button, IconButton } from "../ui/Button";
import { Chip } from "../ui/Chip";
import { useNow } from "../ui/clock";
import { EmptyState } from "../ui/EmptyState";
import { LongList } from "../ui/LongList";
import { useLocale } from "../ui/locale";
import { Mark } from "../ui/Mark";
import { MenuAt, type MenuPoint } from "../ui/Menu";
import { matches } from "../ui/names";
import { SearchField } from "../ui/SearchField";
import { Skeleton } from "../ui/Skeleton";
import { useLongListKeys } from "../ui/useLongListKeys";
import { useShortcuts } from "../ui/useShortcuts";
import { ConversationItem, isUnread } from "./ConversationItem";
import styles from "./ConversationList.module.css";
import { conversationMenu } from "./conversationMenu";
import { rowTitle } from "./say";

type ConversationListProps = {
  list: List;
  people: People;
  selected: ConversationId | null;
  open: (conversation: ConversationId) => void;
  startNew: () => void;
  openSettings: () => void;
  /** Stands there instead of a word on having no conversation. */
  empty?: ReactNode;
  /** A line above the conversations. */
  offer?: ReactNode;
};

/** Which conversations show; what is archived shows when it is asked for or looked for. */
type Filter = "all" | "unread" | "archived";

export function ConversationList(props: ConversationListProps) {
  const { list, people, selected, open, startNew, openSettings, empty, offer } = props;
  const { t } = useLocale();
  const [query, setQuery] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [menu, setMenu] = useState<{ id: ConversationId; at: MenuPoint } | null>(null);
  const [starred, setStarred] = useState(false);
  const [calls, setCalls] = useState(false);
  const now = useNow(MINUTE_MS);
  const rows = useMemo(
    () => list.rows.filter((row) => shows(row, filter, query, t)),
    [list.rows, filter, query, t],
  );
  const raised = menu && list.rows.find(({ id }) => id === menu.id);
  const search = useRef<HTMLInputElement>(null);
  const searching = query.trim() !== "" && list.search !== undefined;
  const { box, scroller, fieldKeys, boxKeys, onFocus, openFirst } = useLongListKeys(
    search,
    rows,
    idOf,
    searching,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question is answered from the top.
  useLayoutEffect(() => {
    if (box.current !== null) box.current.scrollTop = 0;
  }, [query, filter]);
  const at = rows.findIndex((row) => row.id === selected);
  const next = rows[at + 1];
  const previous = rows[at - 1];
  useShortcuts({
    search: () => search.current?.focus(),
    newConversation: startNew,
    next: next && (() => open(next.id)),
    previous: previous && (() => open(previous.id)),
  });

  return (
    <nav className={styles.pane} aria-label={t.list.title}>
      <header className={styles.head}>
        <Mark size={34} />
        <h1 className={styles.name}>{t.app.name}</h1>
        {list.readCalls && (
          <IconButton label={t.calls.title} onPress={() => setCalls(true)}>
            <Phone size={20} />
          </IconButton>
        )}
        {list.readStarred && (
          <IconButton label={t.info.starred} onPress={() => setStarred(true)}>
            <Star size={20} />
          </IconButton>
        )}
        <IconButton label={t.list.create} look="soft" onPress={startNew}>
          <MessageCirclePlus size={21} />
        </IconButton>
        <IconButton label={t.list.settings} onPress={openSettings}>
          {people.me === null ? (
            <Settings size={21} />
          ) : (
            <Avatar person={people.me} size={36} presence />
          )}
        </IconButton>
      </header>
      {list.rows.length > 0 && (
        // biome-ignore lint/a11y/noStaticElementInteractions: hears the arrows of the field in it.
        <div className={styles.search} onKeyDown={fieldKeys}>
          <SearchField
            label={t.list.search}
            value={query}
            onChange={setQuery}
            onSubmit={openFirst}
            field={search}
          />
          <Filters rows={list.rows} filter={filter} setFilter={setFilter} />
        </div>
      )}
      {offer}
      {!list.loaded && <Skeleton label={t.list.loading} />}
      {(rows.length > 0 || searching) && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the stops in it have the focus.
        <div ref={box} className={styles.rows} onKeyDown={boxKeys} onFocus={onFocus}>
          {rows.length > 0 && (
            <LongList
              label={searching ? t.search.conversations : undefined}
              items={rows}
              keyOf={idOf}
              box={box}
              rowHeight={ROW_HEIGHT}
              chosen={selected}
              scroller={scroller}
            >
              {(row) => (
                <ConversationItem
                  row={row}
                  selected={row.id === selected}
                  now={now}
                  open={() => open(row.id)}
                  openMenu={(at) => setMenu({ id: row.id, at })}
                  toggleRead={readToggle(row)}
                />
              )}
            </LongList>
          )}
          {searching && (
            <SearchResults
              query={query}
              search={list.search}
              senders={people.me === null ? people.others : [people.me, ...people.others]}
              rows={list.rows}
              people={strangers(people.others, list.rows, query)}
              writeTo={people.writeTo}
              foundElse={rows.length > 0}
            />
          )}
        </div>
      )}
      {calls && <CallsSheet list={list} close={() => setCalls(false)} />}
      {starred && <StarredSheet read={list.readStarred} close={() => setStarred(false)} />}
      {menu !== null && raised && (
        <MenuAt
          label={t.list.actions(rowTitle(raised, t))}
          entries={conversationMenu(raised, readToggle(raised), now, t)}
          at={menu.at}
          close={() => setMenu(null)}
        />
      )}
      {list.loaded &&
        list.rows.length === 0 &&
        (empty || (
          <EmptyState title={t.list.emptyTitle} text={t.list.emptyText}>
            <Button look="primary" onPress={startNew}>
              {t.list.create}
            </Button>
          </EmptyState>
        ))}
      {list.rows.length > 0 && rows.length === 0 && !searching && (
        <Nothing filter={filter} query={query} />
      )}
    </nav>
  );
}

type FiltersProps = {
  rows: readonly ConversationRow[];
  filter: Filter;
  setFilter: (filter: Filter) => void;
};

function Filters({ rows, filter, setFilter }: FiltersProps) {
  const { t } = useLocale();
  const toggle = (wanted: Filter) => ({
    on: filter === wanted,
    action: () => setFilter(filter === wanted ? "all" : wanted),
  });
  const some = (wanted: Filter): boolean =>
    filter === wanted || rows.some((row) => shows(row, wanted, "", t));
  if (!some("unread") && !some("archived")) return null;
  return (
    <fieldset className={styles.filters} aria-label={t.list.filters}>
      {some("unread") && <Chip toggle={toggle("unread")}>{t.list.onlyUnread}</Chip>}
      {some("archived") && <Chip toggle={toggle("archived")}>{t.list.onlyArchived}</Chip>}
    </fieldset>
  );
}

function Nothing({ filter, query }: { filter: Filter; query: string }) {
  const { t } = useLocale();
  if (query !== "") {
    return (
      <EmptyState picture="search" title={t.list.noMatchTitle} text={t.list.noMatchText(query)} />
    );
  }
  return filter === "archived" ? (
    <EmptyState title={t.list.nothingArchived} text={t.list.nothingArchivedText} />
  ) : (
    <EmptyState title={t.list.nothingUnread} text={t.list.nothingUnreadText} />
  );
}

/** People whose names fit and with whom there is no conversation in the list. */
function strangers(
  people: readonly PersonView[],
  rows: readonly ConversationRow[],
  query: string,
): PersonView[] {
  const known = new Set(rows.map(({ other }) => other?.id));
  return people.filter(
    ({ id, name, username }) => !known.has(id) && matches(query, `${name} ${username}`),
  );
}

function shows(row: ConversationRow, filter: Filter, query: string, t: Catalogue): boolean {
  if (query !== "" && !matches(query, rowTitle(row, t))) return false;
  if (filter === "unread") return isUnread(row) && !row.archived;
  if (filter === "archived") return row.archived;
  return query !== "" || !row.archived;
}

/** Reads everything or marks it as unread; only what is marked can be marked back without looking. */
function readToggle(row: ConversationRow): (() => void) | undefined {
  const { keep, markAllRead } = row;
  if (!isUnread(row)) return keep && (() => keep({ kind: "mark_unread", on: true }));
  if (row.unread > 0 && markAllRead === undefined) return undefined;
  return () => {
    if (row.markedUnread) keep?.({ kind: "mark_unread", on: false });
    markAllRead?.();
  };
}

const idOf = (row: ConversationRow): ConversationId => row.id;

/** What its stylesheet gives an item, in CSS pixels. */
const ROW_HEIGHT = 74;

const MINUTE_MS = 60_000;
