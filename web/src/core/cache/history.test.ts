import "fake-indexeddb/auto";

import { expect, test } from "vitest";

import { mergeKept, NOTHING_KEPT } from "../personal";
import { settled } from "../testing/clock";
import { ANA, BEN, EVA, FakeServer } from "../testing/server";
import { emptyBrowser, openPage, reloadPage, type World } from "../testing/world";
import { type HistoryStorage, indexedHistory } from "./storage";

let databases = 0;

function freshHistory(shape = "1"): HistoryStorage {
  return indexedHistory(shape, freshName());
}

function freshName(): string {
  databases += 1;
  return `test-${databases}`;
}

/** How often the model is run; more of them by hand: `VITE_RUNS=2000 npx vitest run src/core/cache`. */
const RUNS = Number(import.meta.env.VITE_RUNS ?? 10);

/** A page in a browser that keeps conversations. */
async function openKeeping(history = freshHistory(), server = new FakeServer()): Promise<World> {
  const world = await openPage({ kept: emptyBrowser(history), server });
  await quiet(world);
  return world;
}

/** Lets everything be written, and what follows from it happen. */
async function quiet(world: World): Promise<void> {
  await world.clock.advance(1_000);
  for (let turn = 0; turn < 5; turn += 1) await settled();
}

async function open(world: World, conversation = "kitchen"): Promise<void> {
  world.app.openConversation(conversation);
  for (let turn = 0; turn < 5; turn += 1) await settled();
}

function texts(world: World): string[] {
  const entries = world.app.open.get()?.entries ?? [];
  return entries.map(({ content }) => (content.kind === "text" ? content.text : content.kind));
}

test("without a network messages are found among those that are kept", async () => {
  const world = await openKeeping();
  for (const text of ["Thé à midi", "nothing", "the thé is hot"]) world.server.post(BEN, text);
  await open(world);
  await quiet(world);
  world.server.down();
  const again = await reloadPage(world);
  await quiet(again);

  const query = {
    from: null,
    conversation: null,
    after: null,
    before: null,
    hasFile: false,
    hasLink: false,
  };
  const page = await again.app.conversations
    .get()
    .search?.({ ...query, words: "THE", order: "latest" });

  if (page?.ok !== true) throw new Error("not asked");
  expect(page.kept).toBe(true);
  expect(page.hits.map(({ excerpt }) => excerpt)).toEqual(["the thé is hot", "Thé à midi"]);
});

test("without a network the page starts with the list and the conversation", async () => {
  const world = await openKeeping();
  for (const text of ["one", "two", "three"]) world.server.post(BEN, text);
  await open(world);
  await quiet(world);

  world.server.down();
  const again = await reloadPage(world);
  await open(again);

  expect(again.app.session.get().kind).toBe("signed_in");
  expect(again.app.conversations.get().rows.map(({ title }) => title)).toEqual(["kitchen"]);
  expect(again.app.people.get().others.map(({ name }) => name)).toEqual(["Ben Bocco", "Eva Edoh"]);
  expect(texts(again)).toEqual(["one", "two", "three"]);
});

test("what was kept is not asked for again", async () => {
  const world = await openKeeping();
  for (const text of ["one", "two"]) world.server.post(BEN, text);
  await open(world);
  await quiet(world);
  world.server.requests.length = 0;

  const again = await reloadPage(world);
  again.server.post(EVA, "three");
  await open(again);

  expect(again.server.requestsOf("hello")[0]?.known).toEqual([{ conversation: "kitchen", seq: 2 }]);
  expect(again.server.requestsOf("history")).toEqual([]);
  expect(texts(again)).toEqual(["one", "two", "three"]);
});

test("a change of a message that is kept and not on the screen is kept", async () => {
  const world = await openKeeping();
  const first = world.server.post(BEN, "first");
  for (let number = 2; number <= 90; number += 1) world.server.post(BEN, String(number));
  world.server.readAll(ANA);
  await open(world);
  await quiet(world);
  const again = await reloadPage(world);
  await quiet(again);

  again.server.edit(first, "changed");
  await quiet(again);
  again.server.down();
  const last = await reloadPage(again);
  await open(last);
  while (last.app.open.get()?.loadOlder !== undefined) {
    last.app.open.get()?.loadOlder?.();
    for (let turn = 0; turn < 5; turn += 1) await settled();
  }

  expect(texts(last)[0]).toBe("changed");
  expect(texts(last)).toHaveLength(90);
});

test("what one keeps for oneself is there without a network", async () => {
  const world = await openKeeping();
  const [starred, hidden] = ["starred", "hidden"].map((text) => world.server.post(BEN, text));
  const marked = { conversation: "kitchen", starred: false, hidden: false };
  world.server.tell({
    type: "personal_changed",
    changes: {
      seq: 3,
      conversations: [{ ...NOTHING_KEPT, conversation: "kitchen", seq: 1, archived: true }],
      marks: [
        { ...marked, message: starred?.id ?? "", seq: 2, starred: true },
        { ...marked, message: hidden?.id ?? "", seq: 3, hidden: true },
      ],
      gap: false,
    },
  });
  await quiet(world);

  world.server.down();
  const again = await reloadPage(world);
  await open(again);

  expect(again.app.conversations.get().rows.map(({ archived }) => archived)).toEqual([true]);
  expect(texts(again)).toEqual(["starred"]);
  expect(again.app.open.get()?.entries[0]?.starred).toBe(true);
  again.server.up();
  await quiet(again);
  expect(again.server.requestsOf("hello").at(-1)?.personal_seq).toBe(3);
});

test("a tab that marked less does not undo what another has kept", async () => {
  const history = freshHistory();
  const server = new FakeServer();
  const kept = emptyBrowser(history);
  const first = await openPage({ kept, server });
  const second = await openPage({ kept: { ...kept, tab: emptyBrowser().tab }, server });
  const message = server.post(BEN, "hidden");
  await quiet(first);
  const hidden = {
    conversation: "kitchen",
    message: message.id,
    seq: 1,
    starred: false,
    hidden: true,
  };

  server.tell({
    type: "personal_changed",
    changes: { seq: 1, conversations: [], marks: [hidden], gap: false },
  });
  await quiet(second);
  first.app.openConversation("kitchen");
  await quiet(first);

  expect((await history.read(ANA.id))?.people.personal?.marks).toEqual([hidden]);
});

test("of more marks than are kept, those that hide stay", () => {
  const marks = Array.from({ length: 6_000 }, (_, index) => ({
    conversation: "kitchen",
    message: `m${index}`,
    seq: index + 1,
    starred: index > 0,
    hidden: index === 0,
  }));
  const known = { seq: 6_000, conversations: [], marks, restarted: false };

  const kept = mergeKept({ ...known, seq: 0, marks: [] }, known);

  expect(kept?.marks).toHaveLength(5_000);
  expect(kept?.marks[0]?.hidden).toBe(true);
  expect(kept?.seq).toBe(6_000);
});

test("whoever is taken out of a conversation keeps nothing of it", async () => {
  const history = freshHistory();
  const world = await openKeeping(history);
  world.server.post(BEN, "secret");
  await quiet(world);

  world.server.down();
  world.server.remove("kitchen");
  world.server.up();
  await quiet(world);
  await world.clock.advance(10_000);
  await quiet(world);

  expect(world.app.conversations.get().rows).toEqual([]);
  expect((await history.read(ANA.id))?.threads).toEqual([]);
  expect(await history.messages(ANA.id, "kitchen", 0, 100)).toEqual([]);
});

test("signing out leaves nothing behind", async () => {
  const history = freshHistory();
  const world = await openKeeping(history);
  world.server.post(BEN, "secret");
  await open(world);
  world.app.open.get()?.setDraft("half a thought");
  await quiet(world);
  const before = await history.read(ANA.id);

  const session = world.app.session.get();
  if (session.kind === "signed_in") session.signOut();
  await quiet(world);

  expect(before?.threads).toHaveLength(1);
  expect(await history.read(ANA.id)).toBeNull();
  expect(await history.messages(ANA.id, "kitchen", 0, 100)).toEqual([]);
  expect(world.kept.shared.getItem(`palabre.drafts.${ANA.id}`)).toBeNull();
});

test("a history of another shape is thrown away and filled again", async () => {
  const name = freshName();
  const world = await openKeeping(indexedHistory("1", name));
  world.server.post(BEN, "one");
  await quiet(world);

  const newer = indexedHistory("2", name);
  const before = await newer.read(ANA.id);
  const again = await openPage({ kept: { ...world.kept, history: newer }, server: world.server });
  await quiet(again);

  expect(before).toBeNull();
  expect((await newer.read(ANA.id))?.threads).toHaveLength(1);
});

test("a history that cannot be read costs nothing but itself", async () => {
  const broken: HistoryStorage = {
    ...freshHistory(),
    read: () => Promise.reject(new DOMException("", "UnknownError")),
  };
  const world = await openKeeping(broken);
  world.server.post(BEN, "one");
  await open(world);

  expect(world.app.storage.get()).toBe("unavailable");
  expect(texts(world)).toEqual(["one"]);
});

test("a full disk is said, and the app goes on", async () => {
  const history = freshHistory();
  let full = false;
  const world = await openKeeping({
    ...history,
    write: (owner, batch) =>
      full
        ? Promise.reject(new DOMException("", "QuotaExceededError"))
        : history.write(owner, batch),
  });
  world.server.post(BEN, "kept");
  await quiet(world);
  full = true;
  world.server.post(BEN, "not kept");
  await open(world);
  await quiet(world);

  const notices = world.app.notices.get().map(({ kind }) => kind.kind);
  const shown = texts(world);
  const said = world.app.storage.get();
  world.server.down();
  const again = await reloadPage(world);
  await open(again);

  expect(said).toBe("full");
  expect(notices).toEqual(["storage_full"]);
  expect(shown).toEqual(["kept", "not kept"]);
  expect(texts(again)).toEqual(["kept"]);
});

test("a disk that has room again keeps what it had no room for, and nothing is said any more", async () => {
  const history = freshHistory();
  let full = true;
  const world = await openKeeping({
    ...history,
    write: (owner, batch) =>
      full
        ? Promise.reject(new DOMException("", "QuotaExceededError"))
        : history.write(owner, batch),
  });
  world.server.post(BEN, "kept in the end");
  await quiet(world);
  const said = world.app.storage.get();

  full = false;
  await world.clock.advance(10_000);
  await quiet(world);

  expect(said).toBe("full");
  expect(world.app.storage.get()).toBe("ok");
  world.server.down();
  const again = await reloadPage(world);
  await open(again);
  expect(texts(again)).toEqual(["kept in the end"]);
});

test("a tab that is behind does not overwrite what a tab that is further has kept", async () => {
  const history = freshHistory();
  const server = new FakeServer();
  const kept = emptyBrowser(history);
  const behind = await openPage({ kept, server });
  await quiet(behind);
  const ahead = await openPage({ kept: { ...kept, tab: emptyBrowser().tab }, server });
  server.post(BEN, "one");
  server.post(BEN, "two");
  await quiet(ahead);

  behind.app.openConversation("kitchen");
  await quiet(behind);

  expect((await history.read(ANA.id))?.threads[0]?.appliedSeq).toBe(2);
  expect(await history.messages(ANA.id, "kitchen", 0, 100)).toHaveLength(2);
});

/** A generator of numbers (mulberry32), so that a failing run can be had again. */
function randomness(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test.for([...Array(RUNS).keys()])(
  "after any changes, cuts and restarts a page from the cache equals a fresh one (run %i)",
  async (seed) => {
    const pick = randomness(seed);
    const server = new FakeServer();
    server.conversation("garden", [ANA, BEN]);
    server.maxChanges = 12;
    let world = await openKeeping(freshHistory(), server);
    for (let step = 0; step < 40; step += 1) world = await act(world, pick);
    server.up();
    await world.clock.advance(20_000);
    world = await reloadPage(world);
    await quiet(world);

    const fresh = await openPage({ server });
    await quiet(fresh);

    expect(await everything(world)).toEqual(await everything(fresh));
  },
);

/** Does one thing that can happen. */
async function act(world: World, pick: (below: number) => number): Promise<World> {
  const { server } = world;
  const conversation = pick(3) === 0 ? "garden" : "kitchen";
  const text = `text ${server.messages.length} ${pick(1_000)}`;
  const heard = server.reachable && pick(4) > 0;
  switch (pick(10)) {
    case 0:
    case 1:
    case 2:
      server.post(BEN, text, heard, conversation);
      break;
    case 3:
    case 4: {
      const message = server.messages[pick(server.messages.length)];
      if (message !== undefined) server.edit(message, text, heard);
      break;
    }
    case 5:
      for (let number = 0; number < 15; number += 1) {
        server.post(EVA, `${text} ${number}`, heard, conversation);
      }
      break;
    case 6:
      if (server.reachable) server.down();
      else server.up();
      break;
    case 7:
      await open(world, conversation);
      world.app.open.get()?.loadOlder?.();
      break;
    case 8:
      world.app.open.get()?.send(text);
      break;
    case 9: {
      const again = await reloadPage(world);
      for (let turn = 0; turn < 5; turn += 1) await settled();
      return again;
    }
  }
  // Sometimes there is time to write it down, sometimes the page is gone before.
  await world.clock.advance(pick(2) * 400);
  for (let turn = 0; turn < 3; turn += 1) await settled();
  return world;
}

/** All that a page shows, to the first message of every conversation. */
async function everything(world: World): Promise<unknown> {
  const conversations: unknown[] = [];
  for (const id of ["kitchen", "garden"]) {
    await open(world, id);
    await quiet(world);
    while (world.app.open.get()?.loadOlder !== undefined) {
      world.app.open.get()?.loadOlder?.();
      await quiet(world);
    }
    const { entries, history, reaches } = world.app.open.get() ?? {};
    conversations.push({ id, entries, history, reaches });
  }
  const rows = world.app.conversations.get().rows.map((row) => ({ ...row, draft: "" }));
  const { me, others, status } = world.app.people.get();
  return JSON.parse(JSON.stringify({ conversations, rows, me, others, status }));
}
