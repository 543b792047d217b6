/** Notices of the system in the hands of a test. */

import type { Arrival } from "../links";
import type { Go, Notifier } from "../notifier";
import type { PersonId, PushMessage } from "../protocol";
import type { PushDevice, PushDevices, PushKeys } from "../push-devices";

/** A browser that does what a test says. */
export class FakeNotifier implements Notifier {
  missing: Notifier["missing"] = null;
  browser: Notifier["browser"] = "chromium";
  granted: NotificationPermission = "default";
  /** What the person answers. */
  answer: NotificationPermission = "granted";
  /** Whether the push service can be reached. */
  reachable = true;
  subscribed: string | null = null;
  arrival: Arrival | null = null;
  badge = 0;
  readonly told: PushMessage[] = [];
  whose: () => PersonId | null = () => null;
  go: (go: Go) => void = () => {};
  readonly devices: PushDevices = memoryPushDevices();
  #onPermission: () => void = () => {};

  permission = (): NotificationPermission => this.granted;

  ask = async (): Promise<NotificationPermission> => {
    this.granted = this.answer;
    return this.granted;
  };

  onPermission = (action: () => void) => {
    this.#onPermission = action;
    return () => {};
  };

  /** The person has changed it in the settings of the browser. */
  change(permission: NotificationPermission): void {
    this.granted = permission;
    this.#onPermission();
  }

  subscribe = async (key: string): Promise<PushKeys> => {
    if (!this.reachable) throw new DOMException("no push service", "AbortError");
    this.subscribed = key;
    return { endpoint: "https://push.example/1", p256dh: "point", auth: "secret" };
  };

  unsubscribe = async (): Promise<void> => {
    this.subscribed = null;
  };

  tell = (message: PushMessage): void => {
    this.told.push(message);
  };

  serve = (whose: () => PersonId | null, go: (go: Go) => void) => {
    this.whose = whose;
    this.go = go;
    return () => {};
  };

  takeArrival = (): Arrival | null => {
    const { arrival } = this;
    this.arrival = null;
    return arrival;
  };

  setBadge = (count: number): void => {
    this.badge = count;
  };
}

/** Keeps them as long as the test lasts. */
export function memoryPushDevices(): PushDevices {
  let kept: readonly PushDevice[] = [];
  return {
    all: async () => kept,
    put: async (device) => {
      kept = [...kept.filter(({ person }) => person !== device.person), device];
    },
    remove: async (person) => {
      kept = kept.filter((device) => device.person !== person);
      return kept.length;
    },
  };
}
