/** What the service worker asks of the server, as one of the accounts of this browser. */

import type { CallId, ConversationId, PersonId } from "../core/protocol";
import { findSlot, type PushDevice, type PushKeys } from "../core/push-devices";

/** Where a browser can be reached, and how it wants to be told things there. */
export type Subscribed = PushKeys & Pick<PushDevice, "language" | "previews">;

/** The server as a person reaches it whose page may be closed. */
export class Server {
  constructor(private readonly fetch: (path: string, init?: RequestInit) => Promise<Response>) {}

  /** Says that messages have reached this device. */
  delivered(person: PersonId, conversation: ConversationId, number: number): Promise<boolean> {
    return this.#mark(person, conversation, number, 0);
  }

  /** Says that messages were read. */
  read(person: PersonId, conversation: ConversationId, number: number): Promise<boolean> {
    return this.#mark(person, conversation, number, number);
  }

  /** Stops the ringing on all devices. */
  decline(person: PersonId, call: CallId): Promise<boolean> {
    return this.#send(person, "POST", `/api/calls/${call}/decline`, {});
  }

  /** Says where this browser can be reached from now on. */
  subscribe(person: PersonId, subscription: Subscribed): Promise<boolean> {
    return this.#send(person, "PUT", "/api/push", { subscription });
  }

  /** Whether the person is still signed in in this browser; also when that cannot be asked now. */
  async knows(person: PersonId): Promise<boolean> {
    return (await findSlot(person, this.fetch)) !== "gone";
  }

  #mark(
    person: PersonId,
    conversation: ConversationId,
    delivered_number: number,
    read_number: number,
  ): Promise<boolean> {
    const path = `/api/conversations/${conversation}/marks`;
    return this.#send(person, "POST", path, { delivered_number, read_number });
  }

  async #send(
    person: PersonId,
    method: "POST" | "PUT",
    path: string,
    body: unknown,
  ): Promise<boolean> {
    const slot = await findSlot(person, this.fetch);
    if (typeof slot !== "number") return false;
    try {
      const response = await this.fetch(path, {
        method,
        headers: { "content-type": "application/json", "x-palabre-slot": String(slot) },
        body: JSON.stringify(body),
      });
      return response.ok;
    } catch {
      return false;
    }
  }
}
