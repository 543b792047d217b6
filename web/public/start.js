/**
 * Brings up a page whose first load fails: a network that changes or a server that starts again in
 * the middle of it would leave the page blank for good.
 *
 * A file of its own, before everything it looks after: inline scripts are against the
 * Content-Security-Policy, and the app cannot report that it is not there. One failure is mended
 * without a word; from the second on the page says what goes on. Its few texts are here, because the
 * app's are in what did not come.
 */
(() => {
  /** How often this tab has failed in a row, across its reloads. */
  const TRIES_KEY = "palabre.start";
  const FIRST_WAIT_MS = 500;
  const LONGEST_WAIT_MS = 30_000;
  /** A slow link may take that long; to start over would only make it longer. */
  const SLOW_MS = 20_000;
  /** A server that has not answered by then is asked anew. */
  const ANSWER_MS = 10_000;

  const TEXTS = {
    en: {
      missing: "Palabre could not be loaded. It tries again by itself.",
      slow: "Palabre is still loading. The connection is slow.",
      broken: "Palabre could not start in this browser. A newer browser may help.",
      again: "Try again",
    },
    fr: {
      missing: "Palabre n’a pas pu être chargé. Un nouvel essai se fait tout seul.",
      slow: "Palabre se charge encore. La connexion est lente.",
      broken:
        "Palabre n’a pas pu démarrer dans ce navigateur. Un navigateur plus récent peut aider.",
      again: "Réessayer",
    },
  };

  let tries = storedTries();
  /** What the page itself names; null until it is read to its end. */
  let named = null;
  let isMissing = false;
  let box = null;

  addEventListener("error", onError, true);
  addEventListener("load", onLoad, { once: true });
  document.addEventListener("DOMContentLoaded", onParsed, { once: true });
  const slow = setTimeout(() => say("slow"), SLOW_MS);

  /** Errors of elements do not bubble, but they can be captured. */
  function onError({ target }) {
    if (target === window) {
      if (!root()?.hasChildNodes()) say("broken");
      return;
    }
    const isNeeded = target instanceof HTMLScriptElement || target.rel === "stylesheet";
    // What the app asks for later is the app's to mend.
    if (!isNeeded || (named !== null && !named.has(target))) return;
    isMissing = true;
    // The event of a style sheet may come after that of the page.
    if (named !== null) startOver();
  }

  function onParsed() {
    named = new Set(document.querySelectorAll("script, link"));
    if (isMissing) {
      startOver();
      return;
    }
    const observer = new MutationObserver(onDrawn);
    observer.observe(root(), { childList: true });
    // A module that was kept may have drawn before.
    if (root().hasChildNodes()) onDrawn(null, observer);
  }

  /** The app is there, with its style or without. */
  function onDrawn(_, observer) {
    observer.disconnect();
    clearTimeout(slow);
    if (!isMissing) box?.remove();
    if (document.readyState === "complete") onLoad();
  }

  /** Everything that the page names has come or failed. */
  function onLoad() {
    if (isMissing || !root().hasChildNodes()) return;
    removeEventListener("error", onError, true);
    keepTries(0);
  }

  function startOver() {
    removeEventListener("error", onError, true);
    clearTimeout(slow);
    // Nobody is to see or use an app without its style.
    root().hidden = true;
    void tryAgain();
  }

  function root() {
    return document.getElementById("root");
  }

  /** Loads the page anew once the server answers: the browser's own page of errors would be the end. */
  async function tryAgain() {
    for (;;) {
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
      tries += 1;
      // Without a count there is no way to tell one reload from a thousand: the person decides.
      const isKept = keepTries(tries);
      if (tries > 1 || !isKept) say("missing");
      if (!isKept) return;
      await patience(wait);
      if (await serverAnswers()) break;
    }
    location.reload();
  }

  function patience(ms) {
    return new Promise((resolve) => {
      setTimeout(resolve, ms);
      addEventListener("online", resolve, { once: true });
    });
  }

  async function serverAnswers() {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const response = await fetch("/", { cache: "no-store", signal });
      return response.ok;
    } catch {
      return false;
    }
  }

  function say(what) {
    if (box?.dataset.says === what) return;
    const stored = storedLanguage() ?? navigator.language;
    const language = stored.startsWith("fr") ? "fr" : "en";
    box?.remove();
    box = document.createElement("div");
    box.setAttribute("role", "alert");
    box.lang = language;
    box.dataset.says = what;
    const text = document.createElement("p");
    text.textContent = TEXTS[language][what];
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = TEXTS[language].again;
    button.addEventListener("click", () => location.reload());
    box.append(text, button);
    dress(text, button);
    (document.body ?? document.documentElement).append(box);
  }

  /** The colours of `src/ui/tokens.css`, which may be what is missing. */
  function dress(text, button) {
    Object.assign(box.style, {
      position: "fixed",
      inset: "0",
      zIndex: "100",
      display: "grid",
      placeContent: "center",
      justifyItems: "center",
      gap: "20px",
      padding: "24px",
      colorScheme: document.documentElement.dataset.theme ?? "light dark",
      background: "light-dark(#f4ecdf, #17130f)",
      color: "light-dark(#2b2119, #f4ebdf)",
      font: "1.125rem/1.5 Figtree, system-ui, sans-serif",
      textAlign: "center",
    });
    Object.assign(text.style, { margin: "0", maxInlineSize: "26em" });
    Object.assign(button.style, {
      minBlockSize: "44px",
      paddingInline: "20px",
      border: "0",
      borderRadius: "22px",
      background: "light-dark(#1f6244, #8fd3aa)",
      color: "light-dark(#fffdf5, #0b2417)",
      font: "inherit",
    });
  }

  function storedTries() {
    try {
      return Number(sessionStorage.getItem(TRIES_KEY) ?? 0);
    } catch {
      return 0;
    }
  }

  /** Whether it could be kept. */
  function keepTries(count) {
    try {
      if (count === 0) sessionStorage.removeItem(TRIES_KEY);
      else sessionStorage.setItem(TRIES_KEY, String(count));
      return true;
    } catch {
      return false;
    }
  }

  function storedLanguage() {
    try {
      return localStorage.getItem("palabre.language");
    } catch {
      return null;
    }
  }
})();
