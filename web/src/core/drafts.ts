/**
 * Texts begun and not sent, with what they answer: kept over reloads for each person of this browser, and told to the person's
 * other devices once nobody types any more.
 */

import type { Cancel, Clock, KeyValue } from "./environment";
import type { ConversationId, KeptDraft, MessageId, PersonId, Quote } from "./protocol";

/** What was begun; nothing when there is neither text nor quote. */
export type Draft = { text: string; quote: Quote | null };

/** What drafts need of the app. */
export type DraftsOwner = {
  storage: KeyValue;
  clock: Clock;
  online: () => boolean;
  /** What the person's devices share. */
  shared: (conversation: ConversationId) => Draft;
  /** Has it shared; rejects when that failed. */
  share: (conversation: ConversationId, draft: Draft) => Promise<unknown>;
};

/** The drafts of one person. */
export class Drafts {
  readonly #drafts: Map<ConversationId, Draft>;
  /** What messages are being edited to say; of this browser alone. */
  readonly #edits: Map<MessageId, string>;
  /** Written here and not shared yet: these stand above what other devices say. */
  readonly #unshared: Set<ConversationId>;
  readonly #key: string;
  #cancelShare: Cancel | null = null;

  constructor(
    person: PersonId,
    private readonly owner: DraftsOwner,
  ) {
    this.#key = keyOf(person);
    const kept = (key: string) => Object.entries(read(owner.storage.getItem(key)));
    this.#drafts = new Map(kept(this.#key).map(([id, one]) => [id, draftOf(one)]));
    this.#edits = new Map(kept(`${this.#key}.edits`) as [MessageId, string][]);
    this.#unshared = new Set(kept(`${this.#key}.unshared`).map(([id]) => id));
  }

  get(conversation: ConversationId): Draft {
    return this.#drafts.get(conversation) ?? NOTHING;
  }

  set(conversation: ConversationId, draft: Draft): void {
    this.#put(conversation, draft);
    this.#unshared.add(conversation);
    this.#save();
    this.#cancelShare?.();
    this.#cancelShare = this.owner.clock.after(SHARE_DELAY_MS, () => void this.share());
  }

  /** What a message was being edited to say, when the edit was neither saved nor given up. */
  edit(message: MessageId): string | undefined {
    return this.#edits.get(message);
  }

  /** Null when it was saved or given up. */
  setEdit(message: MessageId, typed: string | null): void {
    this.#edits.delete(message);
    if (typed !== null) this.#edits.set(message, typed);
    const [oldest] = this.#edits.keys();
    if (this.#edits.size > MAX_EDITS && oldest !== undefined) this.#edits.delete(oldest);
    this.#save();
  }

  /** Takes in what the person's devices share now; returns whether that changed anything. */
  follow(conversations: Iterable<ConversationId>): boolean {
    let changed = false;
    for (const conversation of conversations) {
      const draft = this.owner.shared(conversation);
      if (this.#unshared.has(conversation) || same(draft, this.get(conversation))) continue;
      this.#put(conversation, draft);
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
      const draft = this.get(conversation);
      try {
        if (!same(draft, this.owner.shared(conversation))) {
          await this.owner.share(conversation, draft);
        }
      } catch {
        continue;
      }
      // Whoever typed on meanwhile shares that next.
      if (same(draft, this.get(conversation))) this.#unshared.delete(conversation);
    }
    this.#save();
  }

  stop(): void {
    this.#cancelShare?.();
  }

  #put(conversation: ConversationId, draft: Draft): void {
    if (same(draft, NOTHING)) this.#drafts.delete(conversation);
    else this.#drafts.set(conversation, draft);
  }

  #save(): void {
    const { storage } = this.owner;
    const unshared = [...this.#unshared].map((conversation) => [conversation, ""]);
    try {
      storage.setItem(this.#key, JSON.stringify(Object.fromEntries(this.#drafts)));
      storage.setItem(`${this.#key}.edits`, JSON.stringify(Object.fromEntries(this.#edits)));
      storage.setItem(`${this.#key}.unshared`, JSON.stringify(Object.fromEntries(unshared)));
    } catch {
      // The browser's storage is full: the draft lives as long as the page.
    }
  }
}

/** What the person's devices share, as it is drawn here. */
export function draftFrom(kept: KeptDraft | null): Draft {
  const { text = "", quote = null, quote_number: number } = kept ?? {};
  return {
    text,
    quote: quote === null || number === undefined ? null : { message: quote, number },
  };
}

/** What is shared of a draft. */
export function draftTo({ text, quote }: Draft): KeptDraft | null {
  if (quote !== null) return { text, quote: quote.message, quote_number: quote.number };
  return text === "" ? null : { text, quote };
}

/** Forgets the drafts of a person in this browser. */
export function forgetDrafts(person: PersonId, storage: KeyValue): void {
  const key = keyOf(person);
  storage.removeItem(key);
  storage.removeItem(`${key}.edits`);
  storage.removeItem(`${key}.unshared`);
}

function keyOf(person: PersonId): string {
  return `palabre.drafts.${person}`;
}

function same(one: Draft, other: Draft): boolean {
  return one.text === other.text && one.quote?.message === other.quote?.message;
}

/** Earlier versions kept the text alone. */
function draftOf(kept: Draft | string): Draft {
  return typeof kept === "string" ? { text: kept, quote: null } : kept;
}

function read(stored: string | null): Record<string, Draft | string> {
  try {
    return JSON.parse(stored ?? "{}") as Record<string, Draft | string>;
  } catch {
    return {};
  }
}

/** As long as somebody types on, other devices are told nothing; in ms. */
const SHARE_DELAY_MS = 1_500;

const NOTHING: Draft = { text: "", quote: null };

/** Edits that are kept; whoever begins more of them has forgotten the first. */
const MAX_EDITS = 50;
