/**
 * Sends messages in the order they were written, over cuts and reloads, each of them once.
 *
 * Every message has its `clientId` before it is first sent, and the server answers a repeat as it
 * answered the first; so sending again is always safe, and what is not acknowledged is sent again.
 */

import { problemOf } from "./connection";
import type { Cancel, Clock } from "./environment";
import type { Problem } from "./model";
import { byClientId, type OutboxStorage, type Unsent, type UnsentFile } from "./outbox-storage";
import type { ClientId, ConversationId, FileId, PersonId } from "./protocol";
import { uuid7 } from "./uuid";

/** An unsent message and what became of it so far. */
export type OutboxItem = Unsent & {
  failed: Problem | null;
  /** How much of its files the server has, in bytes; absent before anything was sent. */
  sentBytes?: readonly number[];
};

/** What an upload tells, and what ends it. */
export type UploadReport = {
  signal: AbortSignal;
  onPlace: (file: FileId) => void;
  onProgress: (bytes: number) => void;
};

/** What the outbox needs of the app. */
export type OutboxOwner = {
  /** Has the server store the message; rejects with a `RequestError`. */
  deliver: (item: Unsent) => Promise<void>;
  /** Uploads what is missing of a file; rejects with a `RequestError`. */
  upload: (file: UnsentFile, report: UploadReport) => Promise<FileId>;
  /** An upload was given up. */
  discardUpload: (file: FileId) => void;
  onChange: () => void;
  /** What was just written could not be kept; it lives as long as the page. */
  onStorageFull: () => void;
};

/** The unsent messages of one person. */
export class Outbox {
  #items: readonly OutboxItem[] = [];
  #online = false;
  readonly #sending = new Set<ConversationId>();
  readonly #cancelRetries = new Map<ConversationId, Cancel>();
  #lastTime = 0;
  #uploading: { clientId: ClientId; abort: AbortController } | null = null;
  #cancelUploadRetry: Cancel | null = null;
  #held = false;

  constructor(
    private readonly person: PersonId,
    private readonly storage: OutboxStorage,
    private readonly clock: Clock,
    private readonly owner: OutboxOwner,
  ) {}

  /** Everything not stored yet, oldest first. */
  get items(): readonly OutboxItem[] {
    return this.#items;
  }

  /** The server could not store what was sent last: it is sent again until it can. */
  get held(): boolean {
    return this.#held && this.#items.some(({ failed }) => failed === null);
  }

  /** Takes up what an earlier page left. */
  async load(): Promise<void> {
    const kept = await this.storage.all(this.person);
    const known = new Set(this.#items.map(({ clientId }) => clientId));
    const earlier = kept
      .filter(({ clientId }) => !known.has(clientId))
      .map((unsent) => ({ ...unsent, failed: null }));
    if (earlier.length === 0) return;
    this.#setItems([...earlier, ...this.#items].sort(byClientId));
    this.#sendAll();
  }

  setOnline(online: boolean): void {
    this.#online = online;
    for (const cancel of this.#cancelRetries.values()) cancel();
    this.#cancelRetries.clear();
    this.#cancelUploadRetry?.();
    this.#cancelUploadRetry = null;
    if (online) this.#sendAll();
  }

  /** Accepts a message; it is kept before it is first sent. */
  add(
    conversation: ConversationId,
    text: string,
    parts: Pick<Unsent, "entities" | "quote" | "files"> = {},
  ): void {
    const writtenAt = this.clock.now();
    const item = {
      clientId: this.#nextId(writtenAt),
      person: this.person,
      conversation,
      text,
      ...parts,
      writtenAt,
    };
    this.#setItems([...this.#items, { ...item, failed: null }]);
    // A full disk must not keep somebody from writing: then it lives in memory alone.
    this.storage
      .put(item)
      .catch((error: unknown) => {
        if (isStorageFull(error)) this.owner.onStorageFull();
      })
      .then(() => {
        void this.#send(conversation);
        void this.#upload();
      });
  }

  /** Sends a failed one again. */
  retry(clientId: ClientId): void {
    this.#setItems(
      this.#items.map((item) => (item.clientId === clientId ? { ...item, failed: null } : item)),
    );
    this.#sendAll();
  }

  /** Forgets one: the person gave it up, or it turned out to be stored. */
  remove(clientId: ClientId): void {
    const removed = this.#items.find((item) => item.clientId === clientId);
    if (removed === undefined) return;
    if (this.#uploading?.clientId === clientId) this.#uploading.abort.abort();
    for (const { upload, complete } of removed.files ?? []) {
      if (upload !== null && !complete) this.owner.discardUpload(upload);
    }
    this.#setItems(this.#items.filter((item) => item.clientId !== clientId));
    this.storage.remove(clientId).catch(() => {});
  }

  #sendAll(): void {
    for (const conversation of new Set(this.#items.map((item) => item.conversation))) {
      void this.#send(conversation);
    }
    void this.#upload();
  }

  /** Uploads files one after the other, as long as that works. Texts do not wait for them. */
  async #upload(): Promise<void> {
    if (this.#uploading !== null || this.#cancelUploadRetry !== null) return;
    while (this.#online) {
      const item = this.#items.find((one) => one.failed === null && !isReady(one));
      if (item === undefined) return;
      const abort = new AbortController();
      this.#uploading = { clientId: item.clientId, abort };
      try {
        await this.#uploadFiles(item, abort.signal);
        void this.#send(item.conversation);
      } catch (error) {
        if (abort.signal.aborted) continue;
        const problem = problemOf(error);
        if (problem === "not_signed_in") return;
        if (PASSING.has(problem)) {
          this.#retryUploadLater();
          return;
        }
        this.#change(item.clientId, (it) => ({ ...it, failed: problem }));
      } finally {
        this.#uploading = null;
      }
    }
  }

  async #uploadFiles({ clientId, files = [] }: OutboxItem, signal: AbortSignal): Promise<void> {
    for (const [index, file] of files.entries()) {
      if (file.complete) continue;
      await this.owner.upload(file, {
        signal,
        onPlace: (upload) => this.#changeFile(clientId, index, { upload }),
        onProgress: (bytes) =>
          this.#change(clientId, (item) => {
            const sentBytes = [...(item.sentBytes ?? files.map(() => 0))];
            sentBytes[index] = bytes;
            return { ...item, sentBytes };
          }),
      });
      this.#changeFile(clientId, index, { complete: true });
    }
  }

  #changeFile(clientId: ClientId, index: number, change: Partial<UnsentFile>): void {
    this.#change(clientId, (item) => ({
      ...item,
      files: item.files?.map((file, at) => (at === index ? { ...file, ...change } : file)) ?? [],
    }));
    const item = this.#items.find((one) => one.clientId === clientId);
    if (item === undefined) return;
    const { failed, sentBytes, ...unsent } = item;
    // It goes on from the start after a reload when it cannot be kept.
    this.storage.put(unsent).catch(() => {});
  }

  #change(clientId: ClientId, change: (item: OutboxItem) => OutboxItem): void {
    this.#setItems(this.#items.map((item) => (item.clientId === clientId ? change(item) : item)));
  }

  #retryUploadLater(): void {
    if (!this.#online) return;
    this.#cancelUploadRetry = this.clock.after(RETRY_MS, () => {
      this.#cancelUploadRetry = null;
      void this.#upload();
    });
  }

  /** Sends one conversation's messages one after the other, as long as that works. */
  async #send(conversation: ConversationId): Promise<void> {
    if (this.#sending.has(conversation) || this.#cancelRetries.has(conversation)) return;
    this.#sending.add(conversation);
    while (this.#online) {
      const next = this.#items.find(
        (item) => item.conversation === conversation && item.failed === null && isReady(item),
      );
      if (next === undefined || !(await this.#deliver(next))) break;
    }
    this.#sending.delete(conversation);
  }

  /** Sends one message; false when the later ones have to wait. */
  async #deliver(item: OutboxItem): Promise<boolean> {
    try {
      await this.owner.deliver(item);
      this.#held = false;
      this.remove(item.clientId);
      return true;
    } catch (error) {
      const problem = problemOf(error);
      this.#tellHeld(problem === "unavailable");
      if (problem === "not_signed_in") return false;
      if (problem === "no_such_file" && item.files !== undefined && item.failed === null) {
        // They waited for so long that the server has forgotten them.
        const files = item.files.map((file) => ({ ...file, upload: null, complete: false }));
        this.#change(item.clientId, (it) => ({ ...it, files, sentBytes: files.map(() => 0) }));
        void this.#upload();
        return true;
      }
      if (PASSING.has(problem)) {
        this.#retryLater(item.conversation);
        return false;
      }
      this.#setItems(
        this.#items.map((other) =>
          other.clientId === item.clientId ? { ...other, failed: problem } : other,
        ),
      );
      return true;
    }
  }

  #tellHeld(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.owner.onChange();
  }

  #retryLater(conversation: ConversationId): void {
    if (!this.#online) return;
    const cancel = this.clock.after(RETRY_MS, () => {
      this.#cancelRetries.delete(conversation);
      void this.#send(conversation);
    });
    this.#cancelRetries.set(conversation, cancel);
  }

  /** Two messages of the same millisecond must still sort as they were written. */
  #nextId(now: number): ClientId {
    this.#lastTime = Math.max(now, this.#lastTime + 1);
    return uuid7(this.#lastTime);
  }

  #setItems(items: readonly OutboxItem[]): void {
    this.#items = items;
    this.owner.onChange();
  }
}

/** Whether the server has all that a message carries. */
function isReady({ files = [] }: Unsent): boolean {
  return files.every(({ complete }) => complete);
}

/** Whether a browser's storage refused for want of room (Indexed Database API 3.0 § 4.1). */
export function isStorageFull(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}

/** Problems that go away by themselves; everything else is for the person to decide. */
const PASSING: ReadonlySet<Problem> = new Set(["unreachable", "unavailable", "rate_limited"]);

/** Wait before a message is sent again on a connection that works, in ms. */
const RETRY_MS = 2_000;
