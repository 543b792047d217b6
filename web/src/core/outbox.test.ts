import { expect, test } from "vitest";

import { RequestError } from "./connection";
import { Outbox, type UploadReport } from "./outbox";
import { memoryOutbox, type OutboxStorage, type Unsent } from "./outbox-storage";
import { FakeClock, settled } from "./testing/clock";

/** An outbox whose uploads and messages are answered by the test. */
function open(storage: OutboxStorage = memoryOutbox()) {
  const sent: Unsent[] = [];
  const uploads: (UploadReport & { finish: () => void; fail: (error: Error) => void })[] = [];
  const discarded: string[] = [];
  const clock = new FakeClock();
  const outbox = new Outbox("ana", storage, clock, {
    deliver: async (item) => void sent.push(item),
    upload: (_, report) =>
      new Promise((resolve, reject) => {
        report.signal.addEventListener("abort", () => reject(new RequestError("unreachable")));
        uploads.push({ ...report, finish: () => resolve("f1"), fail: reject });
      }),
    discardUpload: (file) => discarded.push(file),
    onChange: () => {},
    onStorageFull: () => {},
  });
  outbox.setOnline(true);
  return { outbox, sent, uploads, discarded, clock };
}

const files = [{ name: "a.txt", blob: new Blob(["abc"]), upload: null, complete: false }];

test("a message waits for its files, and a text that is written later does not", async () => {
  const { outbox, sent, uploads } = open();
  outbox.add("kitchen", "", { files });
  outbox.add("kitchen", "hello");
  await settled();
  expect(sent.map(({ text }) => text)).toEqual(["hello"]);

  uploads[0]?.onPlace("f1");
  uploads[0]?.onProgress(2);
  expect(outbox.items[0]).toMatchObject({ sentBytes: [2], files: [{ upload: "f1" }] });
  uploads[0]?.finish();
  await settled();

  expect(sent[1]?.files).toMatchObject([{ upload: "f1", complete: true }]);
  expect(outbox.items).toEqual([]);
});

test("an upload goes on after a reload where it was", async () => {
  const storage = memoryOutbox();
  const before = open(storage);
  before.outbox.add("kitchen", "look", { files });
  await settled();
  before.uploads[0]?.onPlace("f1");
  before.outbox.setOnline(false);

  const after = open(storage);
  await after.outbox.load();
  await settled();

  expect(after.outbox.items[0]).toMatchObject({ text: "look", files: [{ upload: "f1" }] });
  expect(after.uploads).toHaveLength(1);
});

test("a cut is tried again, a refusal is for the person to decide", async () => {
  const { outbox, uploads, clock } = open();
  outbox.add("kitchen", "", { files });
  await settled();
  uploads[0]?.fail(new RequestError("unreachable"));
  await settled();
  clock.advance(2_000);
  await settled();
  expect(uploads).toHaveLength(2);

  uploads[1]?.fail(new RequestError("bad_picture"));
  await settled();

  expect(outbox.items[0]?.failed).toBe("bad_picture");
});

test("giving up ends the upload here and on the server, and the next one goes on", async () => {
  const { outbox, uploads, discarded } = open();
  outbox.add("kitchen", "first", { files });
  outbox.add("kitchen", "second", { files });
  await settled();
  uploads[0]?.onPlace("f1");

  outbox.remove(outbox.items[0]?.clientId ?? "");
  await settled();

  expect(discarded).toEqual(["f1"]);
  expect(uploads[0]?.signal.aborted).toBe(true);
  expect(uploads).toHaveLength(2);
});
