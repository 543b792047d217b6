/** The pages of this browser: finds the one that a notice belongs to, or opens one. */

import { arrivalPath } from "../core/links";
import type { CallId, ConversationId, PersonId } from "../core/protocol";
import type { ToPage, Whose } from "../core/worker-words";

/** The part of `clients` that is used. */
export type PageClients = {
  matchAll: (options: ClientQueryOptions) => Promise<readonly Client[]>;
  openWindow: (url: string) => Promise<WindowClient | null>;
};

/** Open pages, and the way to another. */
export class Pages {
  constructor(
    private readonly clients: PageClients,
    private readonly makeChannel: () => MessageChannel = () => new MessageChannel(),
  ) {}

  async areOpen(): Promise<boolean> {
    return (await this.#all()).length > 0;
  }

  /** Brings the person's page to the front, or opens one, on what a notice was about. */
  async go(
    person: PersonId,
    conversation: ConversationId | null,
    answer: CallId | null,
  ): Promise<void> {
    const page = await this.#pageOf(person);
    if (page !== undefined) {
      page.postMessage({ kind: "go", conversation, answer } satisfies ToPage);
      // Browsers let it come to the front only because somebody has just pressed the notice.
      await page.focus().catch(() => undefined);
      return;
    }
    await this.clients.openWindow(arrivalPath({ person, answer }, conversation));
  }

  /** Brings some page of the app to the front, or opens one. */
  async goAnywhere(): Promise<void> {
    const [page] = await this.#all();
    if (page === undefined) await this.clients.openWindow("/");
    else await page.focus().catch(() => undefined);
  }

  async #all(): Promise<WindowClient[]> {
    const pages = await this.clients.matchAll({ type: "window", includeUncontrolled: true });
    return pages.filter((page): page is WindowClient => "focus" in page);
  }

  /** The page in front first, and then those that were there last. */
  async #pageOf(person: PersonId): Promise<WindowClient | undefined> {
    const pages = await this.#all();
    const whose = await Promise.all(pages.map((page) => this.#ask(page)));
    const theirs = pages.filter((_, at) => whose[at] === person);
    return theirs.find(({ focused }) => focused) ?? theirs[0];
  }

  #ask(page: WindowClient): Promise<PersonId | null> {
    const { port1, port2 } = this.makeChannel();
    return new Promise((resolve) => {
      // A page that the browser has frozen does not answer.
      const timer = setTimeout(() => resolve(null), PATIENCE_MS);
      port1.onmessage = ({ data }: MessageEvent<Whose>) => {
        clearTimeout(timer);
        resolve(data.person);
      };
      page.postMessage({ kind: "who" } satisfies ToPage, [port2]);
    });
  }
}

/** Long for a page that lives, short for somebody who has pressed something, in ms. */
const PATIENCE_MS = 400;
