/** Deletes a message for oneself a little later, so that it can be taken back. */

import { useCallback, useEffect, useRef, useState } from "react";

import type { Entry, OpenConversation } from "../core/model";

/** The entries that still show, and what is being deleted, with the way to take it back. */
export function useHiding(open: OpenConversation) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(NONE);
  const [hiding, setHiding] = useState<Entry | null>(null);
  const latest = useRef({ open, hiding });
  latest.current = { open, hiding };

  /** Does what was begun; shows it again when that is not possible now. */
  const settle = useCallback(() => {
    const { open: now, hiding: entry } = latest.current;
    if (entry === null) return;
    latest.current = { open: now, hiding: null };
    const { deleteForMe } = now.actions(entry);
    if (deleteForMe === undefined) setHidden((keys) => without(keys, entry.key));
    else deleteForMe();
    setHiding(null);
  }, []);

  const hide = useCallback(
    (entry: Entry) => {
      settle();
      setHidden((keys) => new Set([...keys, entry.key]));
      setHiding(entry);
    },
    [settle],
  );

  const undo = useCallback(() => {
    const { hiding: entry } = latest.current;
    if (entry === null) return;
    setHidden((keys) => without(keys, entry.key));
    setHiding(null);
  }, []);

  useEffect(() => {
    if (hiding === null) return;
    const timer = setTimeout(settle, UNDO_MS);
    return () => clearTimeout(timer);
  }, [hiding, settle]);

  // Whoever leaves has not taken it back.
  useEffect(() => {
    window.addEventListener("pagehide", settle);
    return () => {
      window.removeEventListener("pagehide", settle);
      settle();
    };
  }, [settle]);

  const entries =
    hidden.size === 0 ? open.entries : open.entries.filter(({ key }) => !hidden.has(key));
  return { entries, hide, undo: hiding === null ? undefined : undo, settle };
}

function without(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set([...keys].filter((other) => other !== key));
}

const NONE: ReadonlySet<string> = new Set();

/** Long enough to read the words and reach the button. */
const UNDO_MS = 6_000;
