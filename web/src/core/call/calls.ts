/** The calls of one person in this tab: the one it is in, and those that ring. */

import type { Chat } from "../chat";
import type { Ask } from "../connection";
import type { Environment } from "../environment";
import type { CurrentCall, Hosting, IncomingRing, JoinPreview } from "../model";
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
  #preview: Preview | null = null;
  readonly #rings: Rings;

  constructor(private readonly owner: CallsOwner) {
    const { chat, views, notices, onChange } = owner;
    this.#rings = new Rings({
      chat,
      views,
      notices,
      title: (call) => owner.title(call.conversation),
      joined: () => this.joined,
      answer: (call, media) => this.#join(call, true, media === "video"),
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
    const members = chat.threads.get(conversation)?.conversation;
    const gone = members?.members.some((id) => chat.people.get(id)?.role === "deleted");
    if (members?.kind === "direct" && gone === true) return undefined;
    return (media) => {
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
    this.#rings.settle(live.id);
    this.#join(live, microphone, camera);
    return true;
  }

  onCall(call: Call, before: Call | null): void {
    this.#rings.onCall(call, before);
    this.#current?.control.onCall(call);
    this.#preview?.onCall(call);
  }

  /** What is set for this browser has changed. */
  onPreferences(): void {
    this.#current?.control.onPreferences();
  }

  onEvent(event: Event): void {
    this.#current?.control.onEvent(event);
  }

  /** The connection is up and what is known of calls is true: comes back by itself. */
  onOnline(): void {
    if (this.#current?.control.live) {
      this.#current.control.onOnline();
      return;
    }
    const found = remembered(this.owner.environment.tab, this.owner.chat);
    if (found !== null) this.#join(found.live, found.microphone, found.camera);
  }

  drawRings(): IncomingRing[] {
    return this.owner.online() ? this.#rings.draw() : [];
  }

  drawCurrent(): CurrentCall | null {
    const current = this.#current;
    if (current === null) return null;
    const title = this.owner.title(current.control.conversation);
    const hosting = this.owner.hosting(current.control.conversation);
    return current.view.draw(title, this.owner.online(), hosting, () => this.#forget());
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

  stop(): void {
    this.#closePreview();
    this.#current?.control.leave();
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

  #begin(conversation: ConversationId, media: Media): CallControl {
    this.#closePreview();
    this.#current?.control.leave();
    const { environment, chat, views } = this.owner;
    const control = new CallControl(conversation, media, {
      ...this.owner,
      onGone: () => this.#forget(),
    });
    this.#current = { control, view: new CallView(control, environment, chat, views) };
    this.owner.onChange();
    return control;
  }

  #forget(): void {
    this.#current = null;
    this.owner.onChange();
  }
}
