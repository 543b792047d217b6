/** Views that are loaded when they are wanted, and what shows until they are there. */

import { type ComponentType, useEffect, useRef, useState } from "react";
import { type Attempts, askForStyles, keepTrying, type State } from "./attempts";
import styles from "./lazyView.module.css";
import { useLocale } from "./locale";

/** A view in a file of its own, and the way to have that file before it is needed. */
export type LazyView<Props> = ComponentType<Props> & {
  /** Loads it now; cheap to call again, and no failure of it shows. */
  preload: () => void;
};

/** Makes a view of one that `load` brings. */
export function lazyView<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LazyView<Props> {
  let Loaded: ComponentType<Props> | null = null;
  let loading: Promise<void> | null = null;
  const request = (): Promise<void> => {
    loading ??= askForStyles()
      .then(load)
      .then(
        (view) => {
          Loaded = view;
        },
        (error: unknown) => {
          // The network may be back by the next time.
          loading = null;
          throw error;
        },
      );
    return loading;
  };

  function View(props: Props) {
    const [state, setState] = useState<State>(Loaded === null ? "loading" : "loaded");
    const attempts = useRef<Attempts>(null);
    useEffect(() => {
      if (Loaded !== null) return;
      const begun = keepTrying(request, setState);
      attempts.current = begun;
      return begun.stop;
    }, []);
    if (state === "loaded" && Loaded !== null) return <Loaded {...props} />;
    return <Waiting state={state} retry={() => attempts.current?.again()} />;
  }
  return Object.assign(View, { preload: () => void request().catch(() => {}) });
}

/** Loads views while nothing else is to be done, unless the person wants to save data. */
export function preloadWhenIdle(views: readonly Pick<LazyView<never>, "preload">[]): void {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (connection?.saveData === true) return;
  const preload = (): void => {
    for (const view of views) view.preload();
  };
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback === "function") requestIdleCallback(preload);
  else setTimeout(preload, IDLE_MS);
}

/** Says so when a view takes long or cannot be had; shows nothing for one that comes at once. */
function Waiting({ state, retry }: { state: State; retry: () => void }) {
  const { t } = useLocale();
  const isCalm = state === "loading" || state === "loaded";
  return (
    <div
      className={styles.waiting}
      data-lazy={isCalm ? "loading" : "failed"}
      role={isCalm ? "status" : "alert"}
    >
      <span>{isCalm ? t.app.loading : t.app[state === "stuck" ? "failed" : state]}</span>
      {(state === "failed" || state === "stuck") && (
        <button type="button" className={styles.retry} onClick={retry}>
          {t.connection.retry}
        </button>
      )}
      {(state === "stuck" || state === "outdated") && (
        <button type="button" className={styles.retry} onClick={() => location.reload()}>
          {t.connection.reload}
        </button>
      )}
    </div>
  );
}

/** By then the first screen stands, in ms. */
const IDLE_MS = 2_000;
