/** Whether and how this device notifies a person, with the ways to change that. */

import { type Ask, problemOf } from "./connection";
import type { KeyValue } from "./environment";
import type { Language } from "./i18n";
import type { Outcome, PushView } from "./model";
import type { Notifier } from "./notifier";
import type { PersonId } from "./protocol";
import type { PushDevice } from "./push-devices";

/** What it needs of the app. */
export type PushOwner = {
  notifier: Notifier;
  shared: KeyValue;
  me: PersonId;
  /** Guests are gone in a day: they are not notified. */
  guest: boolean;
  language: () => Language;
  online: () => boolean;
  ask: Ask;
  onChange: () => void;
};

/** The notices of one account on this device. */
export class PushControl {
  #device: PushDevice | null = null;
  #loaded = false;
  /** The server's key; empty where it pushes nothing, null while that is not known. */
  #key: string | null = null;
  #told = false;
  #busy = false;

  constructor(private readonly owner: PushOwner) {}

  /** How the device stands, if notices are on. */
  get device(): PushDevice | null {
    return this.#device;
  }

  async load(): Promise<void> {
    const { notifier, me, onChange } = this.owner;
    if (notifier.missing !== null) return;
    const devices = await notifier.devices.all();
    this.#device = devices.find(({ person }) => person === me) ?? null;
    this.#loaded = true;
    if (this.#key !== null) await this.#refresh();
    onChange();
  }

  onWelcome(key: string | undefined): void {
    this.#key = key ?? "";
    if (this.#loaded) void this.#refresh();
  }

  /** The person reads another language now, or has changed what the browser lets through. */
  onChanged(): void {
    this.#told = false;
    if (this.#loaded && this.#key !== null) void this.#refresh();
    this.owner.onChange();
  }

  draw(): PushView {
    const { notifier, online, guest } = this.owner;
    if (guest) return NO_PUSH;
    if (notifier.missing !== null) return { kind: "missing", why: notifier.missing };
    if (!this.#loaded) return NO_PUSH;
    const permission = notifier.permission();
    if (permission === "denied") return { kind: "blocked", browser: notifier.browser };
    const able = online() && !this.#busy;
    const device = this.#device;
    if (device === null || permission !== "granted") {
      return {
        kind: "off",
        turnOn: able ? () => this.#turnOn() : undefined,
        dismissOffer: this.#isOffered() ? () => this.#dismissOffer() : undefined,
      };
    }
    return {
      kind: "on",
      pushed: device.pushed,
      previews: device.previews,
      setPreviews: able ? (previews) => this.#set({ ...device, previews }) : undefined,
      turnOff: able ? () => this.#turnOff() : undefined,
      test: able ? () => this.#test() : undefined,
    };
  }

  async #turnOn(): Promise<Outcome> {
    const { notifier, me, language } = this.owner;
    return this.#work(async () => {
      if ((await notifier.ask()) !== "granted") return;
      await this.#put({
        person: me,
        language: language(),
        previews: true,
        pushed: false,
        key: "",
      });
    });
  }

  async #turnOff(): Promise<Outcome> {
    return this.#work(async () => {
      await this.owner.ask({ type: "unsubscribe_push" }, "done");
      await this.#remove();
    });
  }

  #set(device: PushDevice): Promise<Outcome> {
    return this.#work(() => this.#put(device));
  }

  async #test(): Promise<Outcome> {
    const { notifier, me, language, ask } = this.owner;
    return this.#work(async () => {
      if (this.#device?.pushed) await ask({ type: "test_push" }, "done");
      else notifier.tell({ person: me, language: language(), notice: { kind: "test" } });
    });
  }

  /** Tells the server once a page: it may have forgotten, and the browser may be elsewhere now. */
  async #refresh(): Promise<void> {
    const { notifier, language } = this.owner;
    const device = this.#device;
    if (device === null || this.#told) return;
    this.#told = true;
    try {
      if (notifier.permission() === "granted") await this.#put({ ...device, language: language() });
      else await this.#remove();
    } catch {
      // The next welcome is soon enough.
      this.#told = false;
    }
    this.owner.onChange();
  }

  /** Has the browser be reachable, if it can be, and tells the server where. */
  async #put(wanted: PushDevice): Promise<void> {
    const { notifier, ask } = this.owner;
    const key = this.#key ?? "";
    const keys = key === "" ? null : await notifier.subscribe(key).catch(() => null);
    if (keys !== null) {
      const { language, previews } = wanted;
      const subscription = { ...keys, language, previews };
      await ask({ type: "subscribe_push", subscription }, "done");
    }
    const device = { ...wanted, pushed: keys !== null, key };
    await notifier.devices.put(device);
    this.#device = device;
    this.#told = true;
  }

  async #remove(): Promise<void> {
    await forgetDevice(this.owner.notifier, this.owner.me);
    this.#device = null;
  }

  async #work(work: () => Promise<void>): Promise<Outcome> {
    this.#busy = true;
    this.owner.onChange();
    try {
      await work();
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    } finally {
      this.#busy = false;
      this.owner.onChange();
    }
  }

  #isOffered(): boolean {
    return this.owner.shared.getItem(OFFER_KEY) === null;
  }

  #dismissOffer(): void {
    this.owner.shared.setItem(OFFER_KEY, "dismissed");
    this.owner.onChange();
  }
}

/** What an account has left on this device; the browser stays reachable for the others. */
export async function forgetDevice(
  { devices, unsubscribe }: Pick<Notifier, "devices" | "unsubscribe">,
  person: PersonId,
): Promise<void> {
  const before = await devices.all();
  if (!before.some((device) => device.person === person)) return;
  if ((await devices.remove(person)) === 0) await unsubscribe().catch(() => {});
}

/** Nothing is offered. */
export const NO_PUSH: PushView = { kind: "none" };

/** Where it is kept that somebody does not want to be asked again. */
const OFFER_KEY = "palabre.push-offer";
