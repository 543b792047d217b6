/** Loads a part of the app until it is there, through networks that change and servers that are upgraded. */

/**
 * How it stands with a part: `outdated` is one that the server has no more, since it is newer; `stuck`
 * has failed so often that the browser may be the one who does not ask again.
 */
export type State = "loading" | "loaded" | "failed" | "stuck" | "outdated";

/** Attempts under way. */
export type Attempts = {
  /** Tries at once. */
  again: () => void;
  stop: () => void;
};

/**
 * Runs `load` until it succeeds, and says how it stands. One failure is mended without a word; from
 * the second on it says so and goes on trying, sooner when the network is back.
 */
export function keepTrying(load: () => Promise<void>, tell: (state: State) => void): Attempts {
  let failures = 0;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const attempt = async (): Promise<void> => {
    clearTimeout(timer);
    const state = await load().then(
      () => "loaded" as const,
      async () => ((await isUpgraded()) ? "outdated" : "failed"),
    );
    if (isOver) return;
    if (state === "failed") {
      failures += 1;
      clearTimeout(timer);
      timer = setTimeout(() => void attempt(), waitAfter(failures));
      if (failures < FAILURES_UNSAID) return;
    } else {
      stop();
    }
    tell(failures < FAILURES_STUCK || state !== "failed" ? state : "stuck");
  };
  const again = (): void => void attempt();
  const stop = (): void => {
    isOver = true;
    clearTimeout(timer);
    window.removeEventListener("online", again);
  };
  window.addEventListener("online", again);
  again();
  return { again, stop };
}

/** Remembers style sheets that do not come; `askForStyles` asks for them again. */
export function watchStyles(): void {
  const onError = ({ target }: Event): void => {
    if (!(target instanceof HTMLLinkElement) || target.rel !== "stylesheet") return;
    missingStyles.add(target.href);
    target.remove();
  };
  // Errors of elements do not bubble, but they can be captured.
  document.addEventListener("error", onError, true);
}

/**
 * Asks for what did not come before. Vite asks for each style sheet once in the life of a page, and
 * the next attempt would show its part without any.
 */
export async function askForStyles(): Promise<void> {
  const asked = [...missingStyles].map(
    (href) =>
      new Promise<void>((resolve, reject) => {
        const link = document.createElement("link");
        link.rel = "stylesheet";
        link.crossOrigin = "";
        link.href = href;
        link.addEventListener("load", () => {
          missingStyles.delete(href);
          resolve();
        });
        link.addEventListener("error", () => reject(new Error(`${href} did not come`)));
        document.head.append(link);
      }),
  );
  await Promise.all(asked);
}

/** Whether the server has another build than this page; false when that cannot be known now. */
async function isUpgraded(): Promise<boolean> {
  const own = document.querySelector<HTMLScriptElement>('script[type="module"]');
  if (own === null) return false;
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch("/", { cache: "no-store", signal });
    // The name has the hash of the content.
    return response.ok && !(await response.text()).includes(new URL(own.src).pathname);
  } catch {
    return false;
  }
}

/** How long to wait after so many failures, in ms. */
function waitAfter(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** A person hears of the second: the first may be the moment in which the network changed. */
const FAILURES_UNSAID = 2;

/**
 * Firefox before 155 keeps a failed `import()` for the life of the page: from here on only a reload
 * may help.
 */
const FAILURES_STUCK = 4;

/** How long the server may take to answer, in ms: a link that hangs must not hold up the next attempt. */
const ANSWER_MS = 10_000;

/** Addresses of style sheets that did not come. */
const missingStyles = new Set<string>();
