/** The list of conversations, with its search and the ways in. */

import { MessageCirclePlus, Settings } from "lucide-react";
import { useRef, useState } from "react";

import type { ConversationList as List, People } from "../core/model";
import type { ConversationId } from "../core/protocol";
import { Avatar } from "../ui/Avatar";
import { Button, IconButton } from "../ui/Button";
import { useNow } from "../ui/clock";
import { EmptyState } from "../ui/EmptyState";
import { useLocale } from "../ui/locale";
import { Mark } from "../ui/Mark";
import { matches } from "../ui/names";
import { SearchField } from "../ui/SearchField";
import { Skeleton } from "../ui/Skeleton";
import { useRoving } from "../ui/useRoving";
import { useShortcuts } from "../ui/useShortcuts";
import { ConversationItem } from "./ConversationItem";
import styles from "./ConversationList.module.css";

type ConversationListProps = {
  list: List;
  people: People;
  selected: ConversationId | null;
  open: (conversation: ConversationId) => void;
  startNew: () => void;
  openSettings: () => void;
};

export function ConversationList(props: ConversationListProps) {
  const { list, people, selected, open, startNew, openSettings } = props;
  const { t } = useLocale();
  const [query, setQuery] = useState("");
  const now = useNow(MINUTE_MS);
  const rows = list.rows.filter((row) => matches(query, row.title));
  const search = useRef<HTMLInputElement>(null);
  const { box, onKeyDown, onFocus } = useRoving<HTMLUListElement>();
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
        <div className={styles.search}>
          <SearchField label={t.list.search} value={query} onChange={setQuery} field={search} />
        </div>
      )}
      {!list.loaded && <Skeleton label={t.list.loading} />}
      {rows.length > 0 && (
        <ul ref={box} className={styles.rows} onKeyDown={onKeyDown} onFocus={onFocus}>
          {rows.map((row) => (
            <li key={row.id}>
              <ConversationItem
                row={row}
                selected={row.id === selected}
                now={now}
                open={() => open(row.id)}
              />
            </li>
          ))}
        </ul>
      )}
      {list.loaded && list.rows.length === 0 && (
        <EmptyState title={t.list.emptyTitle} text={t.list.emptyText}>
          <Button look="primary" onPress={startNew}>
            {t.list.create}
          </Button>
        </EmptyState>
      )}
      {list.rows.length > 0 && rows.length === 0 && (
        <EmptyState picture="search" title={t.list.noMatchTitle} text={t.list.noMatchText(query)} />
      )}
    </nav>
  );
}

const MINUTE_MS = 60_000;
