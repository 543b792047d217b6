/** When the first steps are shown. */

import type { ConversationList, People, Place } from "../core/model";

/** Whether there is a first step left to somebody who may take it. */
export function areFirstStepsLeft(place: Place, people: People, list: ConversationList): boolean {
  const runs = place.role === "owner" || place.role === "admin";
  return runs && list.loaded && (list.rows.length === 0 || people.others.length === 0);
}
