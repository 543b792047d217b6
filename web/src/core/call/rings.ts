/**
 * What rings on this device.
 *
 * The server says whose invitation stands how; a device rings when that is `ringing`, nothing here
 * was decided yet, and the connection is up, since only then it is known to be true.
 */

import type { Chat } from "../chat";
import type { IncomingRing, WaitsFor } from "../model";
import type { Notices } from "../notices";
import type { Call, CallId, Media, Ring, RingState } from "../protocol";
import type { Views } from "../views";

/** What rings need of the app. */
export type RingOwner = {
  chat: Chat;
  views: Views;
  notices: Notices;
  title: (call: Call) => string;
  /** The call this tab is in. */
  joined: () => CallId | null;
  /** Whether that call can be put on hold for another. */
  holds: () => boolean;
  /** Whether a call is on hold here. */
  holding: () => boolean;
  answer: (call: Call, media: Media) => void;
  holdAndAnswer: (call: Call) => void;
  decline: (call: Call) => Promise<unknown>;
  onChange: () => void;
};

/** The incoming calls of one person on this device. */
export class Rings {
  /** Answered or declined here; the server may not have said so yet. */
  readonly #settled = new Set<CallId>();

  constructor(private readonly owner: RingOwner) {}

  draw(): IncomingRing[] {
    const { chat, views, title } = this.owner;
    const rings: IncomingRing[] = [];
    for (const { conversation } of chat.threads.values()) {
      const call = chat.liveCall(conversation.id);
      if (call === null || !this.#rings(call)) continue;
      rings.push({
        call: call.id,
        conversation: conversation.id,
        title: title(call),
        kind: conversation.kind,
        from: views.person(chat, call.started_by),
        media: call.media,
        startedAt: call.started_at_ms,
        waits: this.#waits(call),
        answer: (media) => this.#answer(call, () => this.owner.answer(call, media)),
        holdAndAnswer: this.owner.holds()
          ? () => this.#answer(call, () => this.owner.holdAndAnswer(call))
          : undefined,
        decline: () => this.#decline(call),
      });
    }
    return rings;
  }

  /** It was answered here, without its ring. */
  settle(call: CallId): void {
    this.#settled.add(call);
  }

  /** Says why a ring stopped when it was not stopped here. */
  onCall(call: Call, before: Call | null): void {
    const rungAgain = this.#stateIn(call) === "ringing" && before !== null;
    if (rungAgain && this.#stateIn(before) !== "ringing") this.#settled.delete(call.id);
    if (before === null || this.#stateIn(before) !== "ringing") return;
    if (this.#settled.has(call.id) || this.owner.joined() === call.id) return;
    const state = this.#stateIn(call);
    const { notices, title } = this.owner;
    if (state === "accepted") notices.add({ kind: "answered_elsewhere", title: title(call) });
    else if (state === "declined") notices.add({ kind: "declined_elsewhere", title: title(call) });
    else if (state === "missed" || call.state.kind === "ended") {
      notices.add({
        kind: "missed_call",
        title: title(call),
        conversation: call.conversation,
      });
    }
  }

  #rings(call: Call): boolean {
    return (
      this.#stateIn(call) === "ringing" &&
      !this.#settled.has(call.id) &&
      this.owner.joined() !== call.id
    );
  }

  #waits(call: Call): WaitsFor | null {
    const { joined, holding } = this.owner;
    if (joined() !== null) return holding() ? "call_and_hold" : "call";
    if (holding()) return "hold";
    return this.#ringIn(call)?.busy === true ? "elsewhere" : null;
  }

  #answer(call: Call, answer: () => void): void {
    this.#settled.add(call.id);
    answer();
    this.owner.onChange();
  }

  #decline(call: Call): void {
    this.#settled.add(call.id);
    this.owner.onChange();
    this.owner.decline(call).catch(() => {
      // Not heard: it rings on, here too.
      this.#settled.delete(call.id);
      this.owner.onChange();
    });
  }

  #stateIn(call: Call): RingState | undefined {
    return this.#ringIn(call)?.state;
  }

  #ringIn(call: Call): Ring | undefined {
    return call.rings.find(({ person }) => person === this.owner.chat.me.id);
  }
}
