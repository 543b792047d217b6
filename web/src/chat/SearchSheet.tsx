/** Looks for messages in one conversation. */

import { useRef, useState } from "react";

import type { OpenConversation } from "../core/model";
import { useLocale } from "../ui/locale";
import { SearchField } from "../ui/SearchField";
import { Sheet } from "../ui/Sheet";
import { useResultKeys } from "../ui/useResultKeys";
import { useApp } from "../useApp";
import { useStore } from "../useStore";
import { SearchResults } from "./SearchResults";
import styles from "./SearchSheet.module.css";

type SearchSheetProps = {
  open: OpenConversation;
  close: () => void;
};

export function SearchSheet({ open, close }: SearchSheetProps) {
  const { t } = useLocale();
  const { rows, search } = useStore(useApp().conversations);
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const { box, fieldKeys, boxKeys, onFocus, openFirst } = useResultKeys(field);
  return (
    <Sheet title={t.search.here} close={close}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hears the arrows of the field in it. */}
      <div className={styles.field} onKeyDown={fieldKeys}>
        <SearchField
          label={t.search.words}
          value={query}
          onChange={setQuery}
          onSubmit={openFirst}
          field={field}
          autoFocus
        />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the stops in it have the focus. */}
      <div className={styles.body} ref={box} onKeyDown={boxKeys} onFocus={onFocus}>
        <SearchResults
          query={query}
          search={search}
          senders={open.members}
          rows={rows}
          conversation={open.id}
          onJump={close}
        />
      </div>
    </Sheet>
  );
}
