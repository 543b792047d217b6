/**
 * Keeps what the tab knows of its conversations on the device, so that the next page starts with it.
 *
 * Whatever goes wrong with that costs the cache and nothing else: the app goes on as if there were none.
 */

import type { Chat, Thread } from "../chat";
import type { Cancel, Clock } from "../environment";
import { expiresAt, remains } from "../lifetimes";
import type { StorageState } from "../model";
import type { ConversationId, Message } from "../protocol";
import {
  MAX_MESSAGES,
  type PeopleRow,
  pickEvictions,
  type ThreadRow,
  type ThreadUpdate,
} from "./rows";
import type { Batch, HistoryStorage, Kept } from "./storage";

/** Messages that were put into a conversation, also before what the timeline holds. */
export type AppliedChange = {
  conversation: ConversationId;
  messages: readonly Message[];
  /** How far the conversation was applied before. */
  sinceSeq: number;
  /** What was held before is gone: it could not be joined with the present. */
  restarted: boolean;
};

/** What a history needs of the app. */
export type HistoryOwner = {
  storage: HistoryStorage;
  clock: Clock;
  onState: (state: StorageState) => void;
};

/** The kept conversations of one person, as one tab reads and writes them. */
export class History {
  /** The rows as they are known to be kept. */
  readonly #rows = new Map<ConversationId, ThreadRow>();
  readonly #unwritten = new Map<ConversationId, Unwritten>();
  readonly #usedAt = new Map<ConversationId, number>();
  /** What was written last, as text: most of what comes with a welcome is not new. */
  readonly #written = new Map<ConversationId, string>();
  #people: PeopleRow | null = null;
  #state: StorageState = "ok";
  #cancelFlush: Cancel | null = null;
  #flushing: Promise<void> | null = null;
  #stopped = false;

  constructor(
    private readonly chat: Chat,
    private readonly owner: HistoryOwner,
  ) {}

  /** Reads what an earlier page kept; null when there is nothing that can be used. */
  async load(): Promise<Kept | null> {
    const { storage } = this.owner;
    try {
      const kept = await this.#inTime(storage.read(this.#me));
      for (const row of kept?.threads ?? []) {
        this.#rows.set(row.id, row);
        this.#usedAt.set(row.id, row.usedAt);
      }
      return kept;
    } catch (error) {
      this.#rows.clear();
      this.#setState(isFull(error) ? "full" : "unavailable");
      return null;
    }
  }

  /** Number of the oldest message that can be read from here; null when there is none. */
  oldest(conversation: ConversationId): number | null {
    // What is to be cleared with the next write is not to be read any more.
    if (this.#unwritten.get(conversation)?.restarted === true) return null;
    return this.#rows.get(conversation)?.oldest ?? null;
  }

  /** The latest `limit` messages before number `before`, without a hole up to it; maybe none. */
  async page(
    conversation: ConversationId,
    before: number,
    limit: number,
  ): Promise<readonly Message[]> {
    const oldest = this.oldest(conversation);
    if (oldest === null || before <= oldest) return [];
    const from = Math.max(oldest, before - limit);
    try {
      const reading = this.owner.storage.messages(this.#me, conversation, from, before - 1);
      const found = await this.#inTime(reading);
      // Another tab may have forgotten some of them in the meantime.
      const isWhole = found.length === before - from && found[0]?.number === from;
      return isWhole && this.oldest(conversation) !== null ? found.map(this.#unlessOver) : [];
    } catch {
      return [];
    }
  }

  /** What was kept may have had its time since. */
  readonly #unlessOver = (message: Message): Message => {
    const at = expiresAt(message, this.chat.limits?.retention_ms);
    return at <= this.owner.clock.now() ? remains(message) : message;
  };

  /**
   * All messages that can be read here, of one conversation or of all: those that are kept and those
   * that the tab holds.
   */
  async everything(wanted: ConversationId | null): Promise<readonly Message[]> {
    const { threads } = this.chat;
    const found: Message[] = [];
    for (const [id, { timeline }] of threads) {
      if (wanted !== null && id !== wanted) continue;
      const held = timeline.messages;
      const first = held[0]?.number ?? Number.MAX_SAFE_INTEGER;
      const latest = Math.min(first, (this.#rows.get(id)?.last?.number ?? 0) + 1);
      found.push(...(await this.page(id, latest, MAX_MESSAGES)), ...held);
    }
    return found;
  }

  /** Somebody looks at a conversation: it goes last when room is needed. */
  opened(conversation: ConversationId): void {
    this.#usedAt.set(conversation, this.owner.clock.now());
    this.changed();
  }

  /** Messages changed; the next write takes them along. */
  applied({ conversation, messages, sinceSeq, restarted }: AppliedChange): void {
    const unwritten = this.#unwrittenOf(conversation, sinceSeq);
    if (restarted) {
      unwritten.restarted = true;
      unwritten.changed.clear();
    }
    for (const message of messages) {
      const held = unwritten.changed.get(message.number);
      if (held === undefined || held.changed_seq < message.changed_seq) {
        unwritten.changed.set(message.number, message);
      }
    }
  }

  /** Something changed: it is written soon, or once there may be room, with whatever else changes until then. */
  changed(): void {
    if (this.#stopped || this.#cancelFlush !== null || this.#state === "unavailable") return;
    const delay = this.#state === "full" ? FULL_RETRY_MS : WRITE_DELAY_MS;
    this.#cancelFlush = this.owner.clock.after(delay, () => {
      this.#cancelFlush = null;
      void this.flush();
    });
  }

  /** Writes what is not written yet. */
  async flush(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
    this.#flushing = this.#write().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  /** Stops writing; what was not written is had from the server again. */
  stop(): void {
    this.#stopped = true;
    this.#cancelFlush?.();
  }

  async #write(): Promise<void> {
    if (this.#stopped || !this.chat.loaded || this.#state === "unavailable") return;
    const batch = this.#batch();
    if (batch === null) return;
    try {
      await this.#writeBatch(batch);
      this.#setState("ok");
    } catch (error) {
      await this.#onFailure(batch, error);
    }
  }

  /** Everything that differs from what was written last; null when nothing does. */
  #batch(): Batch | null {
    const { threads } = this.chat;
    const gone = [...this.#rows.keys()].filter((id) => !threads.has(id));
    const updates: ThreadUpdate[] = [];
    for (const thread of threads.values()) {
      const update = this.#update(thread);
      if (update !== null) updates.push(update);
    }
    const people = this.#changedPeople();
    const isNothing = gone.length === 0 && updates.length === 0 && people === null;
    return isNothing ? null : { people, threads: updates, gone, evicted: [] };
  }

  #update(thread: Thread): ThreadUpdate | null {
    const { conversation, timeline } = thread;
    const { id } = conversation;
    const unwritten = this.#unwrittenOf(id, timeline.appliedSeq);
    const row = this.#row(thread);
    const kept = this.#rows.get(id);
    const oldest = timeline.messages[0]?.number ?? null;
    // Older pages that were read from the server are news, although nothing changed.
    const isLonger = oldest !== null && (kept?.oldest == null || oldest < kept.oldest);
    const isSame = this.#written.get(id) === JSON.stringify(row);
    if (isSame && !isLonger && unwritten.changed.size === 0 && !unwritten.restarted) return null;
    return { row, run: timeline.messages, ...unwritten, changed: new Map(unwritten.changed) };
  }

  #row({ conversation, timeline, markers }: Thread): ThreadUpdate["row"] {
    return {
      owner: this.#me,
      id: conversation.id,
      conversation: { ...conversation, call: null, markers: [], last_message: null },
      markers: [...markers.values()],
      appliedSeq: timeline.appliedSeq,
      usedAt: this.#usedAt.get(conversation.id) ?? 0,
    };
  }

  #changedPeople(): PeopleRow | null {
    const people = [...this.chat.people.values()];
    const personal = this.chat.personal.snapshot();
    const written = this.#people;
    const isSame =
      written !== null &&
      personal === written.personal &&
      people.length === written.people.length &&
      people.every((person, index) => person === written.people[index]);
    if (isSame) return null;
    return {
      owner: this.#me,
      me: this.chat.me,
      status: this.chat.status.status,
      people,
      personal,
    };
  }

  async #writeBatch(batch: Batch): Promise<void> {
    // What changes while this is written belongs to the next batch.
    for (const { row } of batch.threads) {
      this.#unwritten.set(row.id, {
        sinceSeq: row.appliedSeq,
        changed: new Map(),
        restarted: false,
      });
    }
    const evicted = pickEvictions(this.#rows.values(), MAX_MESSAGES).map(({ id }) => id);
    const rows = await this.owner.storage.write(this.#me, { ...batch, evicted });
    for (const row of rows) this.#rows.set(row.id, row);
    for (const { row } of batch.threads) this.#written.set(row.id, JSON.stringify(row));
    for (const id of batch.gone) {
      this.#rows.delete(id);
      this.#written.delete(id);
      this.#unwritten.delete(id);
    }
    if (batch.people !== null) this.#people = batch.people;
  }

  /** Gives back what was not written; a full disk gets a second chance with half as much on it. */
  async #onFailure(batch: Batch, error: unknown): Promise<void> {
    for (const { row, changed, sinceSeq, restarted } of batch.threads) {
      const later = this.#unwritten.get(row.id);
      const merged = new Map([...changed, ...(later?.changed ?? [])]);
      const isRestarted = restarted || later?.restarted === true;
      this.#unwritten.set(row.id, { sinceSeq, changed: merged, restarted: isRestarted });
    }
    if (!isFull(error)) {
      this.#setState("unavailable");
      return;
    }
    const half = pickEvictions(this.#rows.values(), MAX_MESSAGES / 4).map(({ id }) => id);
    try {
      const nothing = { people: null, threads: [], gone: [] };
      const rows = await this.owner.storage.write(this.#me, { ...nothing, evicted: half });
      for (const row of rows) this.#rows.set(row.id, row);
      await this.#writeBatch({ ...batch, threads: batch.threads });
      this.#setState("ok");
    } catch {
      this.#setState("full");
      // Somebody may make room.
      this.changed();
    }
  }

  #unwrittenOf(conversation: ConversationId, sinceSeq: number): Unwritten {
    let unwritten = this.#unwritten.get(conversation);
    if (unwritten === undefined) {
      const kept = this.#rows.get(conversation)?.appliedSeq;
      unwritten = { sinceSeq: kept ?? sinceSeq, changed: new Map(), restarted: false };
      this.#unwritten.set(conversation, unwritten);
    }
    return unwritten;
  }

  get #me(): string {
    return this.chat.me.id;
  }

  /** Some browsers' databases hang; nobody waits for them for ever. */
  #inTime<Value>(reading: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const cancel = this.owner.clock.after(READ_PATIENCE_MS, () => reject(new Error("too slow")));
      reading.then(resolve, reject).finally(cancel);
    });
  }

  #setState(state: StorageState): void {
    if (this.#stopped || state === this.#state) return;
    this.#state = state;
    this.owner.onState(state);
  }
}

/** What the next write of a conversation has to bring. */
type Unwritten = { sinceSeq: number; changed: Map<number, Message>; restarted: boolean };

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

/** Changes of this long are written together, in ms. */
const WRITE_DELAY_MS = 300;

/** How often a full device is asked whether there is room again, in ms. */
const FULL_RETRY_MS = 5_000;

/** How long a page waits for what is kept before it goes on without, in ms. */
const READ_PATIENCE_MS = 2_000;
