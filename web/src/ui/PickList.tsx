/** A long list with a field above it that narrows it: one goes from the field into it and back by arrows. */

import { type ReactNode, useRef } from "react";

import { LongList } from "./LongList";
import styles from "./PickList.module.css";
import { SearchField } from "./SearchField";
import { useLongListKeys } from "./useLongListKeys";

type PickListProps<Item> = {
  /** Names the field. */
  searchLabel: string;
  query: string;
  setQuery: (query: string) => void;
  /** Names the list. */
  label: string;
  /** Those that fit what is looked for. */
  items: readonly Item[];
  /** Also the `data-stop` of what is drawn for it. */
  keyOf: (item: Item) => string;
  /** In CSS pixels, of a row that nobody has seen yet. */
  rowHeight: number;
  /** Stands above the field, and below it. */
  above?: ReactNode;
  below?: ReactNode;
  children: (item: Item) => ReactNode;
};

export function PickList<Item>(props: PickListProps<Item>) {
  const { searchLabel, query, setQuery, label, items, keyOf, rowHeight, above, below } = props;
  const field = useRef<HTMLInputElement>(null);
  const { box, scroller, fieldKeys, boxKeys, onFocus } = useLongListKeys(field, items, keyOf);
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hears the arrows of the field in it. */}
      <div className={styles.top} onKeyDown={fieldKeys}>
        {above}
        <SearchField
          label={searchLabel}
          value={query}
          onChange={setQuery}
          field={field}
          autoFocus
        />
        {below}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the stops in it have the focus. */}
      <div ref={box} className={styles.rows} onKeyDown={boxKeys} onFocus={onFocus}>
        <LongList
          label={label}
          items={items}
          keyOf={keyOf}
          box={box}
          rowHeight={rowHeight}
          scroller={scroller}
        >
          {props.children}
        </LongList>
      </div>
    </>
  );
}
