/** Being a guest: what one waits for, and coming into the call once one is let in. */

import type { KeyValue } from "./environment";
import type { GuestView } from "./model";
import type { ConversationId, GuestPass } from "./protocol";

/** What somebody wants to have on when they come in. */
export type GuestDevices = { microphone: boolean; camera: boolean };

/** What a guest needs of the app. */
export type GuestOwner = {
  tab: KeyValue;
  /** Joins the call under way in the conversation; false when there is none yet. */
  join: (conversation: ConversationId, devices: GuestDevices) => boolean;
  open: (conversation: ConversationId) => void;
  leave: () => void;
};

/** One guest in one tab. */
export class Guest {
  #pass: GuestPass | null = null;

  constructor(private readonly owner: GuestOwner) {}

  onWelcome(pass: GuestPass | undefined): void {
    const before = this.#pass;
    this.#pass = pass ?? null;
    if (pass?.state === "admitted" && before?.state !== "admitted") {
      this.owner.open(pass.conversation);
    }
  }

  /** What is known of calls is true: goes into the one that was asked for, once. */
  onOnline(): void {
    const pass = this.#pass;
    const wish = recallWish(this.owner.tab);
    if (pass?.state !== "admitted" || wish === null) return;
    if (this.owner.join(pass.conversation, wish)) this.owner.tab.removeItem(WISH_KEY);
  }

  draw(): GuestView | null {
    const pass = this.#pass;
    if (pass === null) return null;
    const { state, title, conversation } = pass;
    return { state, title, conversation, leave: () => this.owner.leave() };
  }
}

/** Keeps what somebody wants to have on, across a reload while they wait. */
export function rememberWish(tab: KeyValue, devices: GuestDevices): void {
  tab.setItem(WISH_KEY, JSON.stringify(devices));
}

function recallWish(tab: KeyValue): GuestDevices | null {
  const kept = tab.getItem(WISH_KEY);
  return kept === null ? null : (JSON.parse(kept) as GuestDevices);
}

const WISH_KEY = "palabre.guest";
