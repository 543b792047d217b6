import { expect, test } from "vitest";

import { bytesOf, cachedPushDevices, findSlot, subscriptionKeys } from "./push-devices";

const ANA = { person: "ana", language: "fr", previews: true, pushed: true, key: "AQI" } as const;

test("each account of a browser is kept once, and the last to go is known", async () => {
  const devices = cachedPushDevices(fakeCaches());
  await devices.put(ANA);
  await devices.put({ ...ANA, person: "ben" });
  await devices.put({ ...ANA, previews: false });

  const previews = (await devices.all()).map(({ person, previews }) => [person, previews]);
  expect(previews).toEqual([
    ["ben", true],
    ["ana", false],
  ]);
  expect(await devices.remove("ben")).toBe(1);
  expect(await devices.remove("ana")).toBe(0);
});

test("where nothing can be kept there is nothing, and nothing breaks", async () => {
  const devices = cachedPushDevices(undefined);
  await devices.put(ANA);

  expect(await devices.all()).toEqual([]);
});

test("a person is found in their slot, is gone, or cannot be asked after", async () => {
  const accounts = [{ person: { id: "ana" }, slot: 3 }];
  const fetch = async () => Response.json({ accounts, demo: [] });

  expect(await findSlot("ana", fetch)).toBe(3);
  expect(await findSlot("ben", fetch)).toBe("gone");
  expect(await findSlot("ana", async () => new Response(null, { status: 502 }))).toBe("unknown");
  expect(await findSlot("ana", () => Promise.reject(new TypeError("offline")))).toBe("unknown");
});

test("keys are written as the server reads them, and read as they were written", () => {
  const bytes = new Uint8Array([251, 255, 191, 0]);
  const subscription = { endpoint: "https://push.example/1", getKey: () => bytes.buffer };

  const { p256dh } = subscriptionKeys(subscription as unknown as PushSubscription);

  expect(p256dh).toBe("-_-_AA");
  expect(bytesOf(p256dh)).toEqual(bytes);
});

function fakeCaches(): CacheStorage {
  const kept = new Map<string, Response>();
  const cache = {
    match: async (key: string) => kept.get(key)?.clone(),
    put: async (key: string, response: Response) => {
      kept.set(key, response);
    },
  };
  return { open: async () => cache } as unknown as CacheStorage;
}
