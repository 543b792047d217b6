/** The calls of one person in this tab: the one it is in, and those that ring. */

import type { Chat } from "../chat";
import type { Ask } from "../connection";
import type { Environment } from "../environment";
import type { CurrentCall, HeldCall, Hosting, IncomingRing, JoinPreview } from "../model";
import type { Notices } from "../notices";
import type {
  Call,
  CallId,
  ConversationId,
  DeviceId,
  Event,
  Media,
  ParticipantId,
} from "../protocol";
import type { Views } from "../views";
import { CallControl } from "./call";
import type { CallStats } from "./debug";
import { remembered } from "./memory";
import { Preview } from "./preview";
import { Rings } from "./rings";
import { CallView } from "./view";

/** What calls need of the app. */
export type CallsOwner = {
  environment: Environment;
  chat: Chat;
  views: Views;
  notices: Notices;
  device: DeviceId;
  ask: Ask;
  online: () => boolean;
  now: () => number;
  title: (conversation: ConversationId) => string;
  hosting: (conversation: ConversationId) => Hosting | null;
  onChange: () => void;
  onLevels: (levels: ReadonlyMap<ParticipantId, number>) => void;
};

/** Calls of one person in this tab. */
export class Calls {
  #current: { control: CallControl; view: CallView } | null = null;
  /** The call that waits until one is back; one at most. */
  #held: CallControl | null = null;
  #preview: Preview | null = null;
  /** A call that was answered from a notice, before this tab knew of it. */
  #answering: CallId | null = null;
  readonly #rings: Rings;

  constructor(private readonly owner: CallsOwner) {
    const { chat, views, notices, onChange } = owner;
    this.#rings = new Rings({
      chat,
      views,
      notices,
      title: (call) => owner.title(call.conversation),
      joined: () => this.joined,
      holds: () => this.#current?.control.live === true && this.#held === null,
      holding: () => this.#held !== null,
      answer: (call, media) => this.#join(call, true, media === "video"),
      holdAndAnswer: (call) => this.#holdAndAnswer(call),
      decline: (call) => owner.ask({ type: "decline_call", call: call.id }, "done"),
      onChange,
    });
  }

  /** The call this tab is in. */
  get joined(): CallId | null {
    const control = this.#current?.control;
    return control?.live ? (control.call?.id ?? null) : null;
  }

  /** Starts a call, or looks at the one under way before joining; undefined when that is not possible now. */
  starter(conversation: ConversationId): ((media: Media) => void) | undefined {
    if (!this.owner.online() || this.#current?.control.live) return undefined;
    const { chat } = this.owner;
    // Guests join what others start.
    if (chat.me.role === "guest" && chat.liveCall(conversation) === null) return undefined;
    if (chat.isDeserted(conversation)) return undefined;
    return (media) => {
      if (this.#held?.conversation === conversation) {
        this.#takeUp();
        return;
      }
      const live = this.owner.chat.liveCall(conversation);
      const me = this.owner.chat.me.id;
      const rings = live?.rings.some(({ person, state }) => person === me && state === "ringing");
      // Two who call each other are in one call at once: both meant to be heard now.
      if (live !== null && rings) this.#join(live, true, media === "video");
      else if (live !== null) this.#look(live);
      else void this.#begin(conversation, media).start();
    };
  }

  /** Joins the call under way, unless one is in one; false when there is none. */
  enter(conversation: ConversationId, microphone: boolean, camera: boolean): boolean {
    const live = this.owner.chat.liveCall(conversation);
    if (live === null || this.#current?.control.live) return false;
    if (this.#held?.call?.id === live.id) {
      this.#takeUp();
      return true;
    }
    this.#rings.settle(live.id);
    this.#join(live, microphone, camera);
    return true;
  }

  onCall(call: Call, before: Call | null): void {
    this.#rings.onCall(call, before);
    for (const control of this.#controls) control.onCall(call);
    this.#preview?.onCall(call);
  }

  /** What is set for this browser has changed. */
  onPreferences(): void {
    for (const control of this.#controls) control.onPreferences();
  }

  onEvent(event: Event): void {
    for (const control of this.#controls) control.onEvent(event);
  }

  /** The connection is up and what is known of calls is true: comes back by itself. */
  onOnline(): void {
    const live = this.#controls.filter((control) => control.live);
    if (live.length > 0) {
      for (const control of live) control.onOnline();
      return;
    }
    const found = remembered(this.owner.environment.tab, this.owner.chat);
    for (const { live: call, microphone, camera, onHold } of found) {
      if (onHold) this.#joinOnHold(call, microphone, camera);
      else this.#join(call, microphone, camera);
    }
  }

  /** Answers a call with the microphone, as soon as this tab knows that it rings. */
  answer(call: CallId): void {
    this.#answering = call;
    this.owner.onChange();
  }

  drawRings(): IncomingRing[] {
    return this.owner.online() ? this.#rings.draw() : [];
  }

  /** After the rings were drawn: what is known is true, so a call that does not ring is over or was taken elsewhere. */
  answerIfWanted(rings: readonly IncomingRing[]): void {
    if (this.#answering === null || !this.owner.online()) return;
    const ring = rings.find(({ call }) => call === this.#answering);
    this.#answering = null;
    ring?.answer("audio");
  }

  drawCurrent(): CurrentCall | null {
    const current = this.#current;
    if (current === null) return null;
    const title = this.owner.title(current.control.conversation);
    const hosting = this.owner.hosting(current.control.conversation);
    return current.view.draw(title, this.owner.online(), hosting, () =>
      this.#forget(current.control),
    );
  }

  drawHeld(): HeldCall | null {
    const held = this.#held;
    if (held === null) return null;
    return {
      title: this.owner.title(held.conversation),
      takeUp: () => this.#takeUp(),
      leave: () => held.leave(),
    };
  }

  drawPreview(): JoinPreview | null {
    const { chat, views, title } = this.owner;
    const preview = this.#preview;
    if (preview === null) return null;
    const { conversation, participants } = preview.call;
    const people = new Set(participants.map(({ person }) => person));
    return preview.draw(
      title(conversation),
      [...people].map((person) => views.person(chat, person)),
    );
  }

  /** What tests want to know; null while there is no call. */
  async stats(): Promise<CallStats | null> {
    const control = this.#current?.control;
    return control === undefined ? null : control.stats();
  }

  /** Changes the connection of the call; for tests. */
  move(): void {
    this.#current?.control.move();
  }

  stop(): void {
    this.#closePreview();
    for (const control of this.#controls) control.leave();
  }

  get #controls(): CallControl[] {
    return [this.#current?.control, this.#held].filter((control) => control != null);
  }

  /** Shows oneself before the others see one. */
  #look(call: Call): void {
    this.#closePreview();
    const { environment, onChange } = this.owner;
    this.#preview = new Preview(call, {
      environment,
      onChange,
      join: (now, microphone, camera) => this.#join(now, microphone, camera),
      cancel: () => {
        this.#closePreview();
        onChange();
      },
    });
    onChange();
  }

  #closePreview(): void {
    this.#preview?.close();
    this.#preview = null;
  }

  #join(call: Call, microphone: boolean, camera: boolean): void {
    void this.#begin(call.conversation, call.media).join(call, microphone, camera);
  }

  /** Puts the call of this tab on hold and takes the other one, with a camera where one showed oneself. */
  #holdAndAnswer(call: Call): void {
    const current = this.#current?.control;
    const camera = call.media === "video" && current?.camera.on === true;
    this.#holdCurrent();
    this.#join(call, true, camera);
  }

  #holdCurrent(): void {
    const current = this.#current?.control;
    if (!current?.live) return;
    this.#current = null;
    this.#held = current;
    current.hold();
  }

  /** Goes back to the call on hold; the one that one is in waits instead. */
  #takeUp(): void {
    const held = this.#held;
    if (held === null) return;
    this.#closePreview();
    this.#held = null;
    this.#holdCurrent();
    this.#show(held);
    held.takeUp();
  }

  #joinOnHold(call: Call, microphone: boolean, camera: boolean): void {
    const control = this.#control(call.conversation, call.media);
    this.#held = control;
    control.joinOnHold(call, microphone, camera);
  }

  #begin(conversation: ConversationId, media: Media): CallControl {
    this.#closePreview();
    this.#current?.control.leave();
    const control = this.#control(conversation, media);
    this.#show(control);
    return control;
  }

  #control(conversation: ConversationId, media: Media): CallControl {
    const control: CallControl = new CallControl(conversation, media, {
      ...this.owner,
      onChange: () => {
        this.#dropEnded();
        this.owner.onChange();
      },
      // How loud the others are is drawn for the call that one is in.
      onLevels: (levels) => {
        if (!control.onHold) this.owner.onLevels(levels);
      },
      onGone: () => this.#forget(control),
    });
    return control;
  }

  #show(control: CallControl): void {
    const { environment, chat, views, onChange } = this.owner;
    this.#current = { control, view: new CallView(control, environment, chat, views) };
    onChange();
  }

  /** A call that ends while it is on hold leaves no screen, but a word. */
  #dropEnded(): void {
    const held = this.#held;
    if (held === null || held.live) return;
    this.#held = null;
    const { notices, title } = this.owner;
    notices.add({ kind: "held_call_over", title: title(held.conversation) });
  }

  #forget(control: CallControl): void {
    if (this.#current?.control === control) this.#current = null;
    if (this.#held === control) this.#held = null;
    this.owner.onChange();
  }
}
