/** What is worth saying aloud of a call, to who does not see it. */

import type { CurrentCall, PersonView } from "../model";
import type { PersonId } from "../protocol";

/** One piece of news. */
export type CallNews =
  | { kind: "came"; person: PersonView }
  | { kind: "left"; person: PersonView }
  | { kind: "held"; person: PersonView }
  | { kind: "back"; person: PersonView }
  | { kind: "hand"; person: PersonView }
  | { kind: "screen"; person: PersonView }
  | { kind: "reaction"; person: PersonView; emoji: string }
  | { kind: "locked"; locked: boolean };

/** Compares the call with what it was. What one has done oneself is no news. */
export function callNews(before: CurrentCall, now: CurrentCall): CallNews[] {
  // Until one is in, everybody and everything that is there is there already.
  const isIn = before.tiles.some(({ self, connection }) => self && connection === "connected");
  if (before.id !== now.id || !isIn) return [];
  const [was, is] = [peopleIn(before), peopleIn(now)];
  const news: CallNews[] = [];
  for (const [id, person] of is) if (!was.has(id)) news.push({ kind: "came", person });
  if (now.stage.kind !== "ended") {
    for (const [id, person] of was) if (!is.has(id)) news.push({ kind: "left", person });
  }
  const held = new Map(before.tiles.map(({ participant, onHold }) => [participant, onHold]));
  for (const { participant, person, onHold } of now.tiles) {
    const was = held.get(participant) ?? onHold;
    if (was !== onHold) news.push({ kind: onHold ? "held" : "back", person });
  }
  const raised = new Set(
    before.tiles.filter(({ handAt }) => handAt !== null).map(({ participant }) => participant),
  );
  for (const { participant, person, handAt, self } of now.tiles) {
    if (handAt !== null && !self && !raised.has(participant)) news.push({ kind: "hand", person });
  }
  const shared = new Set(before.screens.map(({ key }) => key));
  for (const { key, person } of now.screens) {
    if (!shared.has(key)) news.push({ kind: "screen", person });
  }
  const shown = new Set(before.floor.reactions.map(({ key }) => key));
  for (const { key, person, emoji } of now.floor.reactions) {
    if (!shown.has(key) && !person.self) news.push({ kind: "reaction", person, emoji });
  }
  const { locked } = now.floor.rules;
  if (locked !== before.floor.rules.locked) news.push({ kind: "locked", locked });
  return news;
}

/** Somebody with two devices is one person. */
function peopleIn({ tiles }: CurrentCall): ReadonlyMap<PersonId, PersonView> {
  return new Map(tiles.filter(({ self }) => !self).map(({ person }) => [person.id, person]));
}
