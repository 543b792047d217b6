/** A list of which only the rows that are seen are drawn: a thousand cost what twenty do. */

import {
  type CSSProperties,
  createContext,
  type FocusEvent,
  type ReactNode,
  type Ref,
  type RefObject,
  useContext,
  useMemo,
  useState,
} from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";

type LongListProps<Item> = {
  /** Names the list for who cannot see it. */
  label?: string | undefined;
  items: readonly Item[];
  /** Also the `data-stop` of what is drawn for it, if that can have the focus. */
  keyOf: (item: Item) => string;
  /** What scrolls; nothing stands above the list in it. */
  box: RefObject<HTMLElement | null>;
  /** In CSS pixels, of a row that nobody has seen yet. */
  rowHeight: number;
  /** Which is drawn out of sight as well: whoever comes by the keyboard comes to it. */
  chosen?: string | null;
  scroller?: Ref<VirtualizerHandle>;
  children: (item: Item) => ReactNode;
};

/** Scrolls a list, in rows. */
export type { VirtualizerHandle as LongListHandle } from "virtua";

export function LongList<Item>(props: LongListProps<Item>) {
  const { label, items, keyOf, box, rowHeight, chosen = null, scroller, children } = props;
  const [focused, setFocused] = useState<string | null>(null);
  const count = items.length;
  const around = useMemo<Around>(
    () => ({
      label,
      count,
      onFocus: (event) =>
        setFocused(event.target.closest<HTMLElement>("[data-stop]")?.dataset.stop ?? null),
    }),
    [label, count],
  );
  // What has the focus would lose it by being scrolled away.
  const keepMounted = useMemo(
    () =>
      [chosen, focused]
        .map((key) => (key === null ? -1 : items.findIndex((item) => keyOf(item) === key)))
        .filter((at) => at !== -1),
    [chosen, focused, items, keyOf],
  );
  return (
    <AroundContext value={around}>
      <Virtualizer
        {...(scroller !== undefined && { ref: scroller })}
        as={Rows}
        item={Row}
        data={items}
        itemSize={rowHeight}
        scrollRef={box}
        keepMounted={keepMounted}
      >
        {(item) => <Drawn key={keyOf(item)}>{children(item)}</Drawn>}
      </Virtualizer>
    </AroundContext>
  );
}

/** What the rows are told about their list. */
type Around = {
  label: string | undefined;
  count: number;
  onFocus: (event: FocusEvent) => void;
};

const AroundContext = createContext<Around>({ label: undefined, count: 0, onFocus: () => {} });

type PartProps = { ref?: Ref<never>; style: CSSProperties; children: ReactNode };

function Rows({ ref, style, children }: PartProps) {
  const { label, onFocus } = useContext(AroundContext);
  return (
    <ul ref={ref ?? null} style={style} aria-label={label} onFocus={onFocus}>
      {children}
    </ul>
  );
}

/** Says where it stands among all, as those that are not drawn cannot be counted. */
function Row({ ref, style, index, children }: PartProps & { index: number }) {
  const { count } = useContext(AroundContext);
  return (
    <li ref={ref ?? null} style={style} aria-setsize={count} aria-posinset={index + 1}>
      {children}
    </li>
  );
}

function Drawn({ children }: { children: ReactNode }) {
  return children;
}
