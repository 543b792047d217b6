/**
 * Draws the catalogue: an index, or one entry of it by its address. Not in the build of the app.
 *
 * `?entry=screen/chat&language=fr&theme=dark&contrast=more`; languages are en, fr and pseudo.
 */

import "../ui/tokens.css";
import "../ui/base.css";
import "./catalogue.css";

import { createRoot } from "react-dom/client";

import { catalogue, direction, isLanguage } from "../core/i18n";
import { pseudo } from "../core/i18n/pseudo";
import type { Locale } from "../core/model";
import { Entry } from "./Entry";
import { ENTRIES } from "./entries";
import { Index } from "./Index";

const page = document.documentElement;
const rootElement = document.getElementById("root");
if (rootElement === null) throw new Error("catalogue.html has no #root");
const root = createRoot(rootElement);
let shown = 0;

/** Draws what an address asks for, in place of what was there. */
function show(address: string): void {
  const query = new URLSearchParams(address);
  const entry = query.get("entry");
  const locale = localeOf(query);
  // The app keeps its open conversation behind the hash; another entry begins without.
  history.replaceState(null, "", `?${query}`);
  delete page.dataset.ready;
  delete page.dataset.stuck;
  page.lang = locale.language;
  page.dir = locale.direction;
  for (const name of ["theme", "contrast"] as const) {
    const value = query.get(name);
    if (value === null) delete page.dataset[name];
    else page.dataset[name] = value;
  }
  // A part without controls scrolls by the keyboard too.
  document.body.tabIndex = entry?.startsWith("part/") ? 0 : -1;
  shown += 1;
  root.render(
    entry === null ? <Index query={query} /> : <Entry key={shown} name={entry} locale={locale} />,
  );
}

show(window.location.search);

// The test that takes the pictures asks what there is, and goes from one to the next.
Object.assign(window, { catalogue: { entries: ENTRIES, show } });

function localeOf(query: URLSearchParams): Locale {
  const language = query.get("language") ?? "en";
  const setLanguage = (next: string): void => {
    query.set("language", next);
    show(query.toString());
  };
  if (isLanguage(language)) {
    return {
      language,
      direction: direction(language),
      t: catalogue(language),
      setLanguage,
    };
  }
  return { language: "en", direction: "rtl", t: pseudo(catalogue("en")), setLanguage };
}
