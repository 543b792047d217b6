/** The server's clock for components, and a beat to draw what counts up. */

import { createContext, useContext, useEffect, useState } from "react";

/** Set once, around the whole app: the server's clock in ms since 1970. */
export const ClockContext = createContext<() => number>(() => Date.now());

/** The present moment, drawn anew every `everyMs`; a stopped clock is `null`. */
export function useNow(everyMs: number | null): number {
  const now = useContext(ClockContext);
  const [moment, setMoment] = useState(now);
  useEffect(() => {
    if (everyMs === null) return;
    setMoment(now());
    const timer = setInterval(() => setMoment(now()), everyMs);
    return () => clearInterval(timer);
  }, [now, everyMs]);
  return moment;
}

/** Reads the clock when something happens, without drawing anew. */
export function useClock(): () => number {
  return useContext(ClockContext);
}
