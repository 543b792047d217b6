/**
 * For whom of this browser's accounts notices are pushed to it. A browser has one push subscription
 * for all of them; page and service worker both have to know, and a cache is what both can read.
 */

import type { Language } from "./i18n";
import type { Accounts, PersonId } from "./protocol";

/** How one account wants to be told things on this device. */
export type PushDevice = {
  person: PersonId;
  language: Language;
  /** Whether notices tell what messages say. */
  previews: boolean;
  /**
   * Whether the browser can be reached with its pages closed; otherwise a page that is open but
   * hidden tells by itself.
   */
  pushed: boolean;
  /** The server's key that the browser knows its pushes by; empty where it has none. */
  key: string;
};

/** Keeps them. */
export type PushDevices = {
  all: () => Promise<readonly PushDevice[]>;
  put: (device: PushDevice) => Promise<void>;
  /** Returns how many are left. */
  remove: (person: PersonId) => Promise<number>;
};

/** Keeps them in a cache of the browser; pages without TLS have none. */
export function cachedPushDevices(caches: CacheStorage | undefined): PushDevices {
  const all = async (): Promise<readonly PushDevice[]> => {
    if (caches === undefined) return [];
    try {
      const found = await (await caches.open(CACHE)).match(KEY);
      return found === undefined ? [] : ((await found.json()) as PushDevice[]);
    } catch {
      return [];
    }
  };
  const write = async (devices: readonly PushDevice[]): Promise<void> => {
    const cache = await caches?.open(CACHE);
    await cache?.put(KEY, new Response(JSON.stringify(devices)));
  };
  return {
    all,
    put: async (device) => {
      const others = (await all()).filter(({ person }) => person !== device.person);
      await write([...others, device]);
    },
    remove: async (person) => {
      const others = (await all()).filter((device) => device.person !== person);
      await write(others);
      return others.length;
    },
  };
}

/**
 * The account slot in which a person is signed in in this browser; `gone` when they are not, and
 * `unknown` when the server cannot be asked.
 */
export async function findSlot(
  person: PersonId,
  fetch: (path: string, init?: RequestInit) => Promise<Response>,
): Promise<number | "gone" | "unknown"> {
  try {
    const response = await fetch("/api/accounts", { credentials: "same-origin" });
    if (!response.ok) return "unknown";
    const { accounts } = (await response.json()) as Accounts;
    return accounts.find((account) => account.person.id === person)?.slot ?? "gone";
  } catch {
    return "unknown";
  }
}

/** Where a browser can be reached, and what only it can read. */
export type PushKeys = { endpoint: string; p256dh: string; auth: string };

/** What a browser says of that, as the server wants it. */
export function subscriptionKeys(subscription: PushSubscription): PushKeys {
  const key = (name: PushEncryptionKeyName): string => {
    const bytes = new Uint8Array(subscription.getKey(name) ?? []);
    const text = btoa(String.fromCharCode(...bytes));
    return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  return { endpoint: subscription.endpoint, p256dh: key("p256dh"), auth: key("auth") };
}

/** Reads base64url, as keys are written. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

const CACHE = "palabre-push";

/** No page of the app has this address. */
const KEY = "/push-devices.json";
