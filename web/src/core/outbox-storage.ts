/** Keeps unsent messages over reloads and closed tabs. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import type { ClientId, ConversationId, Entity, FileId, PersonId, Quote, Voice } from "./protocol";

/** A message that the server has not stored yet, as far as this device knows. */
export type Unsent = {
  /** Sorts by time (UUIDv7), which is the order of sending. */
  clientId: ClientId;
  /** Whose: several people may use one browser. */
  person: PersonId;
  conversation: ConversationId;
  text: string;
  /** How parts of the text are drawn; absent for none. */
  entities?: readonly Entity[];
  /** The message that it answers. */
  quote?: Quote;
  /** What it carries; absent for nothing. */
  files?: readonly UnsentFile[];
  /** In ms since 1970. */
  writtenAt: number;
};

/** A file that the server does not have yet, as far as this device knows. */
export type UnsentFile = {
  name: string;
  blob: Blob;
  /** The server's place for it; null before there is one. */
  upload: FileId | null;
  /** The server has all of it. */
  complete: boolean;
  /** That it was recorded to be sent. */
  voice?: Voice;
  /** The size of a picture in pixels, so that its place is there before it is. */
  picture?: { width: number; height: number };
};

/** Where unsent messages are kept. */
export type OutboxStorage = {
  /** Everything of one person, oldest first. */
  all: (person: PersonId) => Promise<Unsent[]>;
  put: (unsent: Unsent) => Promise<void>;
  remove: (clientId: ClientId) => Promise<void>;
};

/**
 * Keeps them in IndexedDB; where there is none (some private windows), in memory.
 *
 * A page that goes away takes transactions with it that are not done. So a message waits in `notes`,
 * which writes at once, until its transaction is; files are too large for that.
 */
export function indexedOutbox(notes: Notes, name = "palabre"): OutboxStorage {
  const memory = memoryOutbox();
  let opened: Promise<IDBPDatabase<Schema> | null> | null = null;
  const database = (): Promise<IDBPDatabase<Schema> | null> => {
    opened ??= open(name).catch(() => null);
    return opened;
  };
  const keep = async (unsent: Unsent): Promise<void> => {
    const db = await database();
    if (db === null) return memory.put(unsent);
    await db.put("outbox", unsent);
    notes.removeItem(NOTE + unsent.clientId);
  };
  return {
    async all(person) {
      const noted = readNotes(notes).filter((unsent) => unsent.person === person);
      for (const unsent of noted) await keep(unsent);
      const db = await database();
      if (db === null) return memory.all(person);
      const found = await db.getAllFromIndex("outbox", "person", person);
      return found.sort(byClientId);
    },
    async put(unsent) {
      if (unsent.files === undefined) note(notes, unsent);
      await keep(unsent);
    },
    async remove(clientId) {
      notes.removeItem(NOTE + clientId);
      const db = await database();
      if (db === null) return memory.remove(clientId);
      await db.delete("outbox", clientId);
    },
  };
}

/** Where a few small texts are kept at once, as in `localStorage`. */
export type Notes = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

function note(notes: Notes, unsent: Unsent): void {
  try {
    notes.setItem(NOTE + unsent.clientId, JSON.stringify(unsent));
  } catch {
    // No room, or not allowed: the database will have it in a moment.
  }
}

function readNotes(notes: Notes): Unsent[] {
  const keys = Array.from({ length: notes.length }, (_, index) => notes.key(index));
  return keys.flatMap((key) => {
    if (key === null || !key.startsWith(NOTE)) return [];
    try {
      return [JSON.parse(notes.getItem(key) ?? "") as Unsent];
    } catch {
      return [];
    }
  });
}

/** Keeps them as long as the page lives. */
export function memoryOutbox(): OutboxStorage {
  const kept = new Map<ClientId, Unsent>();
  return {
    all: async (person) =>
      [...kept.values()].filter((one) => one.person === person).sort(byClientId),
    put: async (unsent) => {
      kept.set(unsent.clientId, unsent);
    },
    remove: async (clientId) => {
      kept.delete(clientId);
    },
  };
}

/** Orders by the time of writing. */
export function byClientId(one: { clientId: ClientId }, other: { clientId: ClientId }): number {
  if (one.clientId === other.clientId) return 0;
  return one.clientId < other.clientId ? -1 : 1;
}

interface Schema extends DBSchema {
  outbox: { key: ClientId; value: Unsent; indexes: { person: PersonId } };
}

function open(name: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, 1, {
    upgrade(db) {
      db.createObjectStore("outbox", { keyPath: "clientId" }).createIndex("person", "person");
    },
  });
}

/** Begins the keys of messages that the database does not have yet. */
const NOTE = "palabre.unsent.";
