import { expect, test } from "vitest";

import { claimDevice } from "./browser";
import { storage } from "./testing/world";

/** Web Locks of one browser: a name is held until its page is gone. */
function fakeLocks() {
  const held = new Set<string>();
  const request = (name: string, options: { signal: AbortSignal }, action: () => void) =>
    new Promise((_, reject) => {
      if (!held.has(name)) {
        held.add(name);
        action();
        return;
      }
      options.signal.addEventListener("abort", () => reject(options.signal.reason));
    });
  return { held, manager: { request } as unknown as Pick<LockManager, "request"> };
}

test("a reloaded tab keeps its device", async () => {
  const tab = storage();
  const before = fakeLocks();
  const device = await claimDevice(tab, before.manager);

  const after = await claimDevice(tab, fakeLocks().manager);

  expect(after).toBe(device);
});

test("a duplicated tab gets a device of its own", async () => {
  const locks = fakeLocks();
  const tab = storage();
  const device = await claimDevice(tab, locks.manager);

  const copy = await claimDevice(tab, locks.manager);

  expect(copy).not.toBe(device);
});

test("without locks the device is still kept", async () => {
  const tab = storage();

  const device = await claimDevice(tab, undefined);

  expect(await claimDevice(tab, undefined)).toBe(device);
});
