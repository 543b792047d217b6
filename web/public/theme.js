/**
 * Dresses the page before it is first drawn, as the person chose in the settings.
 *
 * A file of its own, loaded before the app: inline scripts are against the Content-Security-Policy,
 * and the app comes too late, after a flash of the other theme. `src/core/preferences.ts` writes
 * what is read here.
 */
(() => {
  const root = document.documentElement;
  const wish = matchMedia("(prefers-contrast: more)");

  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      // Storage is off for this page; the system decides.
      return null;
    }
  };

  const dress = () => {
    const theme = stored("palabre.theme");
    const chosen = theme === "light" || theme === "dark" ? theme : null;
    root.toggleAttribute("data-theme", chosen !== null);
    if (chosen !== null) root.dataset.theme = chosen;
    root.toggleAttribute("data-contrast", wish.matches || stored("palabre.contrast") === "more");
    if (root.hasAttribute("data-contrast")) root.dataset.contrast = "more";
    // The bar of the browser follows.
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.dataset.scheme ??= meta.media.includes("dark") ? "dark" : "light";
      const { scheme } = meta.dataset;
      if (chosen === null) meta.media = `(prefers-color-scheme: ${scheme})`;
      else meta.media = chosen === scheme ? "all" : "not all";
    }
  };

  dress();
  wish.addEventListener("change", dress);
  // Another tab of this browser changed it, or this one did.
  addEventListener("storage", dress);
  addEventListener("palabre-dress", dress);
})();
