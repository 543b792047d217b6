/** Texts begun and not sent, kept over reloads for each person of this browser. */

import type { KeyValue } from "./environment";
import type { ConversationId, PersonId } from "./protocol";

/** The drafts of one person. */
export class Drafts {
  readonly #texts: Map<ConversationId, string>;
  readonly #key: string;

  constructor(
    person: PersonId,
    private readonly storage: KeyValue,
  ) {
    this.#key = `palabre.drafts.${person}`;
    this.#texts = read(storage.getItem(this.#key));
  }

  get(conversation: ConversationId): string {
    return this.#texts.get(conversation) ?? "";
  }

  set(conversation: ConversationId, text: string): void {
    if (text === "") this.#texts.delete(conversation);
    else this.#texts.set(conversation, text);
    try {
      this.storage.setItem(this.#key, JSON.stringify(Object.fromEntries(this.#texts)));
    } catch {
      // The browser's storage is full: the draft lives as long as the page.
    }
  }

  /** Forgets all of them. */
  clear(): void {
    this.#texts.clear();
    this.storage.removeItem(this.#key);
  }
}

function read(stored: string | null): Map<ConversationId, string> {
  try {
    return new Map(Object.entries(JSON.parse(stored ?? "{}") as Record<string, string>));
  } catch {
    return new Map();
  }
}
