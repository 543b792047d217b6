/** Everything there is in the catalogue, as links, in a language and a light of one's choice. */

import { Mark } from "../ui/Mark";
import { ENTRIES } from "./entries";

const CHOICES = {
  language: ["en", "fr", "pseudo"],
  theme: ["", "light", "dark"],
  contrast: ["", "more"],
} as const;

export function Index({ query }: { query: URLSearchParams }) {
  return (
    <main className="catalogue-page">
      <header className="catalogue-head">
        <Mark size={40} />
        <h1>Palabre: the catalogue</h1>
      </header>
      {Object.entries(CHOICES).map(([name, values]) => (
        <nav key={name} className="catalogue-choices" aria-label={name}>
          {name}:
          {values.map((value) => (
            <a key={value} href={address(query, name, value)}>
              {value === "" ? "as the system says" : value}
            </a>
          ))}
        </nav>
      ))}
      <ul className="catalogue-index">
        {ENTRIES.map((entry) => (
          <li key={entry}>
            <a href={address(query, "entry", entry)}>{entry}</a>
          </li>
        ))}
      </ul>
    </main>
  );
}

function address(query: URLSearchParams, name: string, value: string): string {
  const changed = new URLSearchParams(query);
  if (value === "") changed.delete(name);
  else changed.set(name, value);
  return `?${changed}`;
}
