/** Who is typing where, and telling others that oneself is. */

import type { Cancel, Clock } from "./environment";
import type { ConversationId, PersonId } from "./protocol";

/** Others who type; each mention expires by itself. */
export class TypingPeople {
  readonly #expiries = new Map<ConversationId, Map<PersonId, Cancel>>();

  constructor(
    private readonly clock: Clock,
    private readonly onChange: (conversation: ConversationId) => void,
  ) {}

  in(conversation: ConversationId): readonly PersonId[] {
    return [...(this.#expiries.get(conversation)?.keys() ?? [])];
  }

  started(conversation: ConversationId, person: PersonId): void {
    const people = this.#expiries.get(conversation) ?? new Map<PersonId, Cancel>();
    this.#expiries.set(conversation, people);
    people.get(person)?.();
    const cancel = this.clock.after(EXPIRY_MS, () => this.stopped(conversation, person));
    people.set(person, cancel);
    this.onChange(conversation);
  }

  stopped(conversation: ConversationId, person: PersonId): void {
    const people = this.#expiries.get(conversation);
    const cancel = people?.get(person);
    if (people === undefined || cancel === undefined) return;
    cancel();
    people.delete(person);
    this.onChange(conversation);
  }

  /** After a cut nobody is known to type. */
  clear(): void {
    for (const people of this.#expiries.values()) for (const cancel of people.values()) cancel();
    this.#expiries.clear();
  }
}

/** Tells the others in one conversation that one types: at once, then repeated, then taken back. */
export class OwnTyping {
  #lastTold: number | null = null;
  #cancelIdle: Cancel = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly tell: (active: boolean) => void,
  ) {}

  /** A key was pressed and there is some text. */
  pressed(): void {
    const now = this.clock.now();
    if (this.#lastTold === null || now - this.#lastTold >= REPEAT_MS) {
      this.#lastTold = now;
      this.tell(true);
    }
    this.#cancelIdle();
    this.#cancelIdle = this.clock.after(IDLE_MS, () => this.stop());
  }

  /** The text was sent or deleted, or the conversation was left. */
  stop(): void {
    this.#cancelIdle();
    if (this.#lastTold === null) return;
    this.#lastTold = null;
    this.tell(false);
  }
}

/** A mention that is not repeated is gone after this, in ms (DESIGN § 4). */
const EXPIRY_MS = 6_000;

/** While somebody types it is told again this often, in ms. */
const REPEAT_MS = 4_000;

/** Who presses no key for so long has stopped, in ms. */
const IDLE_MS = 5_000;
