/**
 * Texts begun and not sent: kept over reloads for each person of this browser, and told to the person's
 * other devices once nobody types any more.
 */

import type { Cancel, Clock, KeyValue } from "./environment";
import type { ConversationId, PersonId } from "./protocol";

/** What drafts need of the app. */
export type DraftsOwner = {
  storage: KeyValue;
  clock: Clock;
  online: () => boolean;
  /** The text that the person's devices share. */
  shared: (conversation: ConversationId) => string;
  /** Has it shared; rejects when that failed. */
  share: (conversation: ConversationId, text: string) => Promise<unknown>;
};

/** The drafts of one person. */
export class Drafts {
  readonly #texts: Map<ConversationId, string>;
  /** Written here and not shared yet: these stand above what other devices say. */
  readonly #unshared: Set<ConversationId>;
  readonly #key: string;
  #cancelShare: Cancel | null = null;

  constructor(
    person: PersonId,
    private readonly owner: DraftsOwner,
  ) {
    this.#key = keyOf(person);
    this.#texts = new Map(Object.entries(read(owner.storage.getItem(this.#key))));
    this.#unshared = new Set(Object.keys(read(owner.storage.getItem(this.#unsharedKey))));
  }

  get(conversation: ConversationId): string {
    return this.#texts.get(conversation) ?? "";
  }

  set(conversation: ConversationId, text: string): void {
    this.#put(conversation, text);
    this.#unshared.add(conversation);
    this.#save();
    this.#cancelShare?.();
    this.#cancelShare = this.owner.clock.after(SHARE_DELAY_MS, () => void this.share());
  }

  /** Takes in what the person's devices share now; returns whether that changed anything. */
  follow(conversations: Iterable<ConversationId>): boolean {
    let changed = false;
    for (const conversation of conversations) {
      const text = this.owner.shared(conversation);
      if (this.#unshared.has(conversation) || text === this.get(conversation)) continue;
      this.#put(conversation, text);
      changed = true;
    }
    if (changed) this.#save();
    return changed;
  }

  /** Shares what is not shared yet; what fails is tried again with the next chance. */
  async share(): Promise<void> {
    this.#cancelShare?.();
    this.#cancelShare = null;
    for (const conversation of [...this.#unshared]) {
      if (!this.owner.online()) return;
      const text = this.get(conversation);
      try {
        if (text !== this.owner.shared(conversation)) await this.owner.share(conversation, text);
      } catch {
        continue;
      }
      // Whoever typed on meanwhile shares that next.
      if (text === this.get(conversation)) this.#unshared.delete(conversation);
    }
    this.#save();
  }

  stop(): void {
    this.#cancelShare?.();
  }

  #put(conversation: ConversationId, text: string): void {
    if (text === "") this.#texts.delete(conversation);
    else this.#texts.set(conversation, text);
  }

  #save(): void {
    const { storage } = this.owner;
    const unshared = [...this.#unshared].map((conversation) => [conversation, ""]);
    try {
      storage.setItem(this.#key, JSON.stringify(Object.fromEntries(this.#texts)));
      storage.setItem(this.#unsharedKey, JSON.stringify(Object.fromEntries(unshared)));
    } catch {
      // The browser's storage is full: the draft lives as long as the page.
    }
  }

  get #unsharedKey(): string {
    return unsharedKeyOf(this.#key);
  }
}

/** Forgets the drafts of a person in this browser. */
export function forgetDrafts(person: PersonId, storage: KeyValue): void {
  const key = keyOf(person);
  storage.removeItem(key);
  storage.removeItem(unsharedKeyOf(key));
}

function keyOf(person: PersonId): string {
  return `palabre.drafts.${person}`;
}

function unsharedKeyOf(key: string): string {
  return `${key}.unshared`;
}

function read(stored: string | null): Record<string, string> {
  try {
    return JSON.parse(stored ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

/** As long as somebody types on, other devices are told nothing; in ms. */
const SHARE_DELAY_MS = 1_500;
