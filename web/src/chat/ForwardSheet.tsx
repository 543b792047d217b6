/** Picks the conversations that a message is forwarded to. */

import { Check } from "lucide-react";
import { useState } from "react";

import type { ConversationRow, Entry, EntryActions, Problem } from "../core/model";
import type { ConversationId } from "../core/protocol";
import { Avatar, GroupAvatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { EmptyState } from "../ui/EmptyState";
import { useLocale } from "../ui/locale";
import { matches } from "../ui/names";
import { PickList } from "../ui/PickList";
import { Sheet } from "../ui/Sheet";
import { useApp } from "../useApp";
import { useStore } from "../useStore";
import styles from "./ForwardSheet.module.css";
import { QuoteBlock } from "./QuoteBlock";
import { rowTitle } from "./say";

type ForwardSheetProps = {
  entry: Entry;
  forward: EntryActions["forward"];
  close: () => void;
};

export function ForwardSheet({ entry, forward, close }: ForwardSheetProps) {
  const { t } = useLocale();
  const { rows } = useStore(useApp().conversations);
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<readonly ConversationId[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const found = rows.filter((row) => matches(query, rowTitle(row, t)));

  const toggle = (id: ConversationId): void => {
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  };
  const send = async (): Promise<void> => {
    if (forward === undefined) return;
    setBusy(true);
    const outcome = await forward(chosen);
    setBusy(false);
    if (outcome.ok) close();
    else setProblem(outcome.problem);
  };

  return (
    <Sheet title={t.message.forwardTo} close={close}>
      <PickList
        searchLabel={t.message.forwardSearch}
        query={query}
        setQuery={setQuery}
        label={t.list.title}
        items={found}
        keyOf={idOf}
        rowHeight={ROW_HEIGHT}
        above={<QuoteBlock said={{ sender: entry.sender, content: entry.content }} />}
      >
        {(row) => (
          <button
            type="button"
            className={styles.row}
            data-stop={row.id}
            aria-pressed={chosen.includes(row.id)}
            disabled={!chosen.includes(row.id) && chosen.length >= MOST_AT_ONCE}
            onClick={() => toggle(row.id)}
          >
            {row.other === null ? (
              <GroupAvatar id={row.id} size={42} />
            ) : (
              <Avatar person={row.other} size={42} />
            )}
            <span className={styles.title}>{rowTitle(row, t)}</span>
            <span className={styles.check} data-on={chosen.includes(row.id)}>
              {chosen.includes(row.id) && <Check size={16} strokeWidth={3} />}
            </span>
          </button>
        )}
      </PickList>
      {found.length === 0 && (
        <EmptyState picture="search" title={t.list.noMatchTitle} text={t.list.noMatchText(query)} />
      )}
      <footer className={styles.foot}>
        {problem !== null && (
          <p className={styles.problem} role="alert">
            {t.problem[problem]}
          </p>
        )}
        <Button
          look="primary"
          wide
          busy={busy}
          onPress={forward && chosen.length > 0 ? () => void send() : undefined}
        >
          {t.message.forwardSend(chosen.length)}
        </Button>
      </footer>
    </Sheet>
  );
}

const idOf = (row: ConversationRow): ConversationId => row.id;

/** What its stylesheet gives a row, in CSS pixels. */
const ROW_HEIGHT = 58;

/** Beyond that it is no longer passing something on. */
const MOST_AT_ONCE = 20;
