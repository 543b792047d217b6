/** What is said about somebody's presence. */

import type { Catalogue, Language } from "../core/i18n";
import type { PersonView } from "../core/model";
import { ago } from "../ui/format";

/** "Available", "Busy · at lunch", "last seen 5 minutes ago", "Offline". */
export function presenceLine(
  person: PersonView,
  now: number,
  t: Catalogue,
  language: Language,
): string {
  if (person.role === "deleted") return t.people.deletedHint;
  const said = liveness(person, now, t, language);
  return person.statusText === null ? said : `${said} · ${person.statusText}`;
}

function liveness(person: PersonView, now: number, t: Catalogue, language: Language): string {
  if (person.availability === "offline" && person.lastSeenAt !== null) {
    return t.people.lastSeen(ago(person.lastSeenAt, now, language));
  }
  return t.people.availability[person.availability];
}
