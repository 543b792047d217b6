/** The pinned messages above the timeline: one at a time, the newest first. */

import { Pin, PinOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import type { Entry, OpenConversation } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./PinBanner.module.css";
import { contentLine } from "./say";

type PinBannerProps = {
  open: OpenConversation;
  jumpTo: (number: number) => void;
};

export function PinBanner({ open, jumpTo }: PinBannerProps) {
  const { t, language } = useLocale();
  const [turn, setTurn] = useState(0);
  const { pinned } = open;
  const entries = usePinned(open);
  const number = pinned[pinned.length - 1 - (turn % pinned.length)];
  if (number === undefined) return null;
  const entry = entries.get(number);
  const pin = entry && open.actions(entry).pin;
  return (
    <div className={styles.banner}>
      <button
        type="button"
        className={styles.message}
        onClick={() => {
          jumpTo(number);
          setTurn(turn + 1);
        }}
      >
        <Pin size={17} aria-hidden="true" />
        <span className={styles.words}>
          <span className={styles.title}>{t.message.pinnedCount(pinned.length)}</span>
          <span className={styles.text} dir="auto">
            {entry === undefined
              ? t.message.goToMessage
              : t.chat.saidBy(
                  entry.own ? t.people.youCapital : entry.sender.name,
                  contentLine(entry.content, entry.sender, t, language),
                )}
          </span>
        </span>
        {pinned.length > 1 && (
          <span className={styles.marks} aria-hidden="true">
            {pinned.slice(-MOST_MARKS).map((one) => (
              <span key={one} data-on={one === number} />
            ))}
          </span>
        )}
      </button>
      {pin && (
        <IconButton size="small" label={t.message.unpinThis} onPress={() => pin(false)}>
          <PinOff size={16} />
        </IconButton>
      )}
    </div>
  );
}

/** The pinned messages by number: those of the timeline, and those that had to be read. */
function usePinned({ pinned, entries, readPinned }: OpenConversation): Map<number, Entry> {
  const [read, setRead] = useState<readonly Entry[]>([]);
  const latest = useRef(readPinned);
  latest.current = readPinned;
  const held = entries.filter(({ pinned: is }) => is);
  const known = new Map([...read, ...held].map((entry) => [entry.number ?? 0, entry]));
  const missing = pinned.some((number) => !known.has(number)) && readPinned !== undefined;
  const wanted = missing ? pinned.join(" ") : "";
  useEffect(() => {
    if (wanted === "") return;
    let current = true;
    void latest.current?.().then((page) => {
      if (current && page.ok) setRead(page.found.map(({ entry }) => entry));
    });
    return () => {
      current = false;
    };
  }, [wanted]);
  return known;
}

/** More would be a line of dust. */
const MOST_MARKS = 5;
