/**
 * Keeps conversations in IndexedDB.
 *
 * What is in there can be had again from the server, so whatever is wrong with it is mended by
 * throwing it away. It is a database apart from the outbox, which must never be thrown away.
 */

import { type DBSchema, deleteDB, type IDBPDatabase, type IDBPTransaction, openDB } from "idb";

import { mergeKept } from "../personal";
import type { ConversationId, Message, PersonId } from "../protocol";
import { type PeopleRow, type Plan, planWrite, type ThreadRow, type ThreadUpdate } from "./rows";

/** What is kept of one person. */
export type Kept = { people: PeopleRow; threads: ThreadRow[] };

/** Changes that are written together or not at all. */
export type Batch = {
  people: PeopleRow | null;
  threads: readonly ThreadUpdate[];
  /** Conversations that one is no longer in. */
  gone: readonly ConversationId[];
  /** Conversations whose messages go, the row stays. */
  evicted: readonly ConversationId[];
};

/** Where conversations are kept. Everything rejects when the browser keeps nothing. */
export type HistoryStorage = {
  /** What is kept of a person; null when nothing is. */
  read: (owner: PersonId) => Promise<Kept | null>;
  /** Messages with numbers from `from` up to and with `to`, in order. */
  messages: (
    owner: PersonId,
    conversation: ConversationId,
    from: number,
    to: number,
  ) => Promise<Message[]>;
  /** Writes a batch; returns the rows as they are kept now. */
  write: (owner: PersonId, batch: Batch) => Promise<ThreadRow[]>;
  /** Forgets everything of a person. */
  forget: (owner: PersonId) => Promise<void>;
};

/**
 * Keeps them in the database `name`. `shape` names how what is on the wire looks: rows of another
 * shape are forgotten.
 */
export function indexedHistory(shape: string, name = "palabre-history"): HistoryStorage {
  let opened: Promise<Database> | null = null;
  const database = (): Promise<Database> => {
    opened ??= open(name, shape, () => {
      opened = null;
    }).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    async read(owner) {
      const db = await database();
      const people = await db.get("people", owner);
      if (people === undefined) return null;
      return { people, threads: await db.getAll("threads", ofOwner(owner)) };
    },
    async messages(owner, conversation, from, to) {
      const db = await database();
      const range = IDBKeyRange.bound([owner, conversation, from], [owner, conversation, to]);
      return (await db.getAll("messages", range)).map(({ message }) => message);
    },
    async write(owner, batch) {
      const db = await database();
      const tx = db.transaction(STORES, "readwrite");
      // A tab of a newer build may have thrown everything away to keep it in a newer shape.
      if ((await tx.objectStore("meta").get(SHAPE))?.value !== shape) {
        throw new Error("another build keeps the history now");
      }
      const rows = await writeAll(tx, owner, batch);
      await tx.done;
      return rows;
    },
    async forget(owner) {
      const db = await database();
      const tx = db.transaction(STORES, "readwrite");
      await Promise.all([
        tx.objectStore("people").delete(owner),
        tx.objectStore("threads").delete(ofOwner(owner)),
        tx.objectStore("messages").delete(ofOwner(owner)),
        tx.done,
      ]);
    },
  };
}

async function writeAll(tx: Writing, owner: PersonId, batch: Batch): Promise<ThreadRow[]> {
  const threads = tx.objectStore("threads");
  const messages = tx.objectStore("messages");
  // The requests are made without waiting for each other; the transaction waits for them all.
  const pending: Promise<unknown>[] = [];
  const forget = (id: ConversationId, below = Number.POSITIVE_INFINITY): void => {
    const range = IDBKeyRange.bound([owner, id], [owner, id, below], false, true);
    pending.push(messages.delete(range));
  };
  if (batch.people !== null) {
    const people = tx.objectStore("people");
    const held = (await people.get(owner))?.personal ?? null;
    const personal = mergeKept(held, batch.people.personal);
    pending.push(people.put({ ...batch.people, personal }));
  }
  for (const id of batch.gone) {
    pending.push(threads.delete([owner, id]));
    forget(id);
  }
  const rows: ThreadRow[] = [];
  const apply = (plan: Plan): void => {
    const { id } = plan.row;
    if (plan.clear) forget(id);
    for (const message of plan.put) pending.push(messages.put({ owner, message }));
    if (plan.dropBelow !== null) forget(id, plan.dropBelow);
    pending.push(threads.put(plan.row));
    rows.push(plan.row);
  };
  const held = await Promise.all(batch.threads.map(({ row }) => threads.get([owner, row.id])));
  for (const [index, update] of batch.threads.entries()) {
    const plan = planWrite(held[index], update);
    if (plan !== null) apply(plan);
    else if (held[index] !== undefined) rows.push(held[index]);
  }
  for (const id of batch.evicted) {
    const row = rows.find((one) => one.id === id) ?? (await threads.get([owner, id]));
    if (row === undefined) continue;
    apply({ row: { ...row, oldest: null }, clear: true, put: [], dropBelow: null });
  }
  await Promise.all(pending);
  return rows;
}

interface Schema extends DBSchema {
  meta: { key: string; value: { key: string; value: string } };
  people: { key: PersonId; value: PeopleRow };
  threads: { key: [PersonId, ConversationId]; value: ThreadRow };
  messages: {
    key: [PersonId, ConversationId, number];
    value: { owner: PersonId; message: Message };
  };
}

type Database = IDBPDatabase<Schema>;
type Writing = IDBPTransaction<Schema, typeof STORES, "readwrite">;

/** Opens the database in the wanted shape, throwing away what is there in another. */
async function open(name: string, shape: string, onClosed: () => void): Promise<Database> {
  let db: Database;
  try {
    db = await openAs(name, onClosed);
  } catch {
    // Of a newer version, or damaged.
    await deleteDB(name);
    db = await openAs(name, onClosed);
  }
  const tx = db.transaction(STORES, "readwrite");
  const meta = tx.objectStore("meta");
  if ((await meta.get(SHAPE))?.value !== shape) {
    await Promise.all(STORES.map((store) => tx.objectStore(store).clear()));
    await meta.put({ key: SHAPE, value: shape });
  }
  await tx.done;
  return db;
}

function openAs(name: string, onClosed: () => void): Promise<Database> {
  return openDB<Schema>(name, VERSION, {
    upgrade(db) {
      for (const store of [...db.objectStoreNames]) db.deleteObjectStore(store);
      db.createObjectStore("meta", { keyPath: "key" });
      db.createObjectStore("people", { keyPath: "owner" });
      db.createObjectStore("threads", { keyPath: ["owner", "id"] });
      db.createObjectStore("messages", {
        keyPath: ["owner", "message.conversation", "message.number"],
      });
    },
    blocking(_current, _blocked, event) {
      // Another tab wants to throw it away: let it, and open anew at the next need.
      (event.target as IDBDatabase).close();
      onClosed();
    },
    terminated: onClosed,
  });
}

function ofOwner(owner: PersonId): IDBKeyRange {
  // An array sorts after every string and number (Indexed Database API §2.4).
  return IDBKeyRange.bound([owner], [owner, []]);
}

const STORES = ["meta", "people", "threads", "messages"] as const;

/** Of the stores; the shape of what is in them has a name of its own. */
const VERSION = 2;
const SHAPE = "shape";
