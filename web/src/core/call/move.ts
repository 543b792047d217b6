/**
 * A change of the connection in the midst of a call: the earlier seat and the one beside it, from the
 * first offer until only one is left.
 *
 * The server says when the second one has taken over. What is drawn and heard follows once the second
 * one has the pictures of the first, and the first is closed when the others have changed over too.
 */

import type { Cancel, Clock } from "../environment";
import type { Event, ParticipantId } from "../protocol";
import type { Seat } from "./seat";

export class Move {
  /** What the server calls the earlier connection since the second one has its id. */
  #formerId: ParticipantId | null = null;
  #isDrawn = false;
  #cancel: Cancel = () => {};

  constructor(
    readonly earlier: Seat,
    readonly second: Seat,
    private readonly clock: Clock,
    private readonly owner: {
      /** What is drawn and heard is that of the second one from now on. */
      onDrawn: () => void;
      onDone: () => void;
      /** Nothing has come of it. */
      onLost: () => void;
    },
  ) {
    second.moveFrom(earlier);
    this.#cancel = clock.after(MOVE_MS, owner.onLost);
  }

  /** Whether the second one is drawn and heard. */
  get isDrawn(): boolean {
    return this.#isDrawn;
  }

  /** Whether the seat is the second one's by now. */
  get hasTakenOver(): boolean {
    return this.#formerId !== null;
  }

  /** Which of the two the server means. */
  seatOf(participant: ParticipantId): Seat | null {
    if (participant === this.#formerId) return this.earlier;
    if (participant === this.second.participant) return this.second;
    return participant === this.earlier.participant ? this.earlier : null;
  }

  onEvent(event: Event): void {
    if (event.type === "seat_moved" && event.second === this.second.participant) {
      this.#formerId = event.second;
      this.second.succeed(this.earlier);
      this.#cancel();
      this.#cancel = this.clock.after(PICTURES_MS, () => this.#draw());
    }
    if (this.#formerId === null || this.#isDrawn) return;
    // Nothing is lost by changing over from what does not move any more.
    if (!this.earlier.peer.connected || this.second.shows(this.earlier)) this.#draw();
  }

  /** Ends it in the middle; the one that is not drawn is closed. */
  stop(): void {
    this.#cancel();
    if (this.#isDrawn) this.earlier.close();
    else this.second.close();
  }

  #draw(): void {
    this.#cancel();
    this.#isDrawn = true;
    this.owner.onDrawn();
    this.#cancel = this.clock.after(OTHERS_MS, () => {
      this.earlier.close();
      this.owner.onDone();
    });
  }
}

/** How long a second connection is waited for, in ms: the server has given it up by then, and said so. */
const MOVE_MS = 12_000;

/** How long what is drawn waits for pictures on the second connection, in ms. */
const PICTURES_MS = 1_000;

/**
 * How long the others may take to change over, in ms: a new connection begins with what is small, and a
 * layer may take seconds to come. What nobody looks at any more is not sent meanwhile.
 */
const OTHERS_MS = 4_000;
