/** What becomes of pushes and of what people press on notices. */

import type { PushMessage } from "../core/protocol";
import { bytesOf, type PushDevices, subscriptionKeys } from "../core/push-devices";
import { type Action, type Board, shownIn } from "./board";
import type { Pages } from "./pages";
import type { Server } from "./server";

/** What it works with. */
export type MailOwner = {
  board: Board;
  pages: Pages;
  server: Server;
  devices: PushDevices;
  manager: Pick<PushManager, "subscribe">;
  /** The browser's own language, for when nothing better is known. */
  language: string;
};

/** Takes in what is pushed and does what is pressed. */
export class Mail {
  constructor(private readonly owner: MailOwner) {}

  /** Shows it first, and asks the server afterwards: the network may be slow or away. */
  async onPush(message: PushMessage | null): Promise<void> {
    const { board, server, language } = this.owner;
    if (message === null) return board.tellUnreadable(language);
    await board.tell(message);
    const { person, notice } = message;
    if (notice.kind === "message" || notice.kind === "beep") {
      await server.delivered(person, notice.conversation, notice.number);
    }
    // Somebody who has signed out meanwhile leaves nothing on this screen.
    if (!(await server.knows(person))) await board.forget(person);
  }

  /** Does what was pressed on a notice; the notice itself opens the page. */
  async onClick(notification: Pick<Notification, "data">, action: string): Promise<void> {
    const { board, pages, server } = this.owner;
    const shown = shownIn(notification);
    const chosen = action as Action | "";
    if (shown === null) return pages.goAnywhere();
    const { person, conversation, number, call } = shown;
    if (chosen === "read" && conversation !== null) {
      if (await server.read(person, conversation, number)) return board.count();
      return pages.go(person, conversation, null);
    }
    if (chosen === "decline" && call !== null) {
      // Where that does not reach the server, the page rings on until it is said there.
      if (!(await server.decline(person, call))) await pages.go(person, conversation, null);
      return;
    }
    // A call that is only looked at goes on ringing in the page.
    await pages.go(person, conversation, chosen === "accept" ? call : null);
    await board.count();
  }

  /** The browser has given up the old address: takes a new one and tells the server. */
  async onSubscriptionChange(): Promise<void> {
    const { devices, manager, server } = this.owner;
    const pushed = (await devices.all()).filter((device) => device.pushed);
    if (pushed.length === 0) return;
    // All of them have the key of the one server.
    const [first] = pushed;
    const key = first && bytesOf(first.key);
    if (key === undefined) return;
    const subscription = await manager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: key,
    });
    const keys = subscriptionKeys(subscription);
    for (const { person, language, previews } of pushed) {
      await server.subscribe(person, { ...keys, language, previews });
    }
  }
}
