/** How loud everybody in the call is now, as it arrives in the slots of a seat. */

import type { Sample } from "./levels";
import type { Seat } from "./seat";

/** Listens to one seat after the other; remembers when each slot was last renewed. */
export class Hearing {
  readonly #heard = new Map<string, { timestamp: number; at: number }>();

  async listen(seat: Seat, speaks: boolean, now: number): Promise<Sample[]> {
    const samples = seat.peer.levels().flatMap(({ mid, level, timestamp }): Sample[] => {
      const participant = seat.voice(mid);
      if (participant === null) return [];
      // A sender that is silent stops sending: its last level is no longer true.
      const heard = this.#heard.get(mid);
      if (heard?.timestamp !== timestamp) this.#heard.set(mid, { timestamp, at: now });
      else if (now - heard.at > STALE_LEVEL_MS) return [{ participant, level: 0 }];
      return [{ participant, level }];
    });
    if (speaks && seat.participant !== null) {
      samples.push({ participant: seat.participant, level: await seat.peer.ownLevel() });
    }
    return samples;
  }
}

/** A level not renewed for so long belongs to somebody who is silent, in ms. */
const STALE_LEVEL_MS = 300;
