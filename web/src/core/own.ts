/** What one decides about oneself, once for all devices: status, preferences, who may beep. */

import type { Chat } from "./chat";
import { type Ask, problemOf } from "./connection";
import type { BeepAsk, Beeping, IncomingBeep, Outcome, Problem, StatusChoice } from "./model";
import type {
  ConversationId,
  KeepChange,
  Message,
  PersonId,
  Preferences,
  Request,
} from "./protocol";
import type { Views } from "./views";

/** What those show and decide who have chosen nothing. */
export const NO_OWN = {
  status: { status: "available", text: null, until: null },
  preferences: { hides_last_seen: false, reads_privately: false, quiet_hours: null },
} as const;

/** What it needs of the app. */
export type OwnOwner = {
  chat: Chat;
  views: Views;
  online: () => boolean;
  now: () => number;
  newId: () => string;
  ask: Ask;
  open: (conversation: ConversationId) => void;
  onChange: () => void;
  tellProblem: (problem: Problem) => void;
};

/** One's own decisions, and the beeps that came because of them. */
export class Own {
  /** Beeps that were neither answered nor put away. */
  #beeps: Message[] = [];

  constructor(private readonly owner: OwnOwner) {}

  /** A message that is new to this device: a beep that is fresh and was not seen elsewhere rings. */
  onMessage(message: Message): void {
    const { chat, now } = this.owner;
    if (message.content.kind !== "beep" || message.sender === chat.me.id) return;
    if (now() - message.sent_at_ms >= FRESH_MS || this.#isRead(message)) return;
    if (this.#beeps.some(({ id }) => id === message.id)) return;
    // The next one of the same person says all that the last one said.
    this.#beeps = this.#beeps.filter(({ sender }) => sender !== message.sender);
    this.#beeps.push(message);
  }

  async setStatus(choice: StatusChoice): Promise<Outcome> {
    const { chat } = this.owner;
    const before = chat.status;
    const status = {
      status: choice.status,
      ...(choice.text !== null && { text: choice.text }),
      ...(choice.until !== null && { until_ms: choice.until }),
    };
    chat.status = status;
    this.owner.onChange();
    const outcome = await this.#ask({ type: "set_status", ...status });
    if (!outcome.ok) {
      chat.status = before;
      this.owner.onChange();
    }
    return outcome;
  }

  /** Changes how a conversation is kept. */
  async keep(conversation: ConversationId, change: KeepChange): Promise<void> {
    const outcome = await this.#ask({ type: "keep", conversation, change });
    if (!outcome.ok) this.owner.tellProblem(outcome.problem);
  }

  async setPreferences(preferences: Preferences): Promise<Outcome> {
    const { chat } = this.owner;
    const before = chat.preferences;
    chat.preferences = preferences;
    this.owner.onChange();
    const outcome = await this.#ask({ type: "set_preferences", preferences });
    if (!outcome.ok) {
      chat.preferences = before;
      this.owner.onChange();
    }
    return outcome;
  }

  /** How one stands with the other one of a direct conversation. */
  beeping(conversation: ConversationId, other: PersonId): Beeping {
    const leave = this.owner.chat.beepLeaves.get(other);
    const received = leave?.received ?? false;
    const online = this.owner.online();
    return {
      given: leave?.given ?? false,
      received,
      give: online ? (given) => this.#give(other, given) : undefined,
      ask:
        online && !received
          ? () => this.#ask({ type: "ask_beep_leave", person: other })
          : undefined,
      beep: online && received ? (why) => this.#beep(conversation, why) : undefined,
    };
  }

  /** The beeps that ring, until they are looked at here or anywhere else. */
  drawBeeps(): readonly IncomingBeep[] {
    const { chat, views } = this.owner;
    this.#beeps = this.#beeps.filter((message) => !this.#isRead(message));
    if (this.#beeps.length === 0) return NOBODY;
    return this.#beeps.map((message) => {
      const dismiss = (): void => {
        this.#beeps = this.#beeps.filter(({ id }) => id !== message.id);
        this.owner.onChange();
      };
      return {
        key: message.id,
        from: views.person(chat, message.sender),
        why: message.content.kind === "beep" ? (message.content.why ?? null) : null,
        silent: chat.status.status === "busy",
        open: () => {
          dismiss();
          this.owner.open(message.conversation);
        },
        dismiss,
      };
    });
  }

  /** Those who ask for leave. */
  drawAsks(): readonly BeepAsk[] {
    const { chat, views } = this.owner;
    const asking = [...chat.beepLeaves.values()].filter(({ asked }) => asked);
    if (asking.length === 0) return NOBODY;
    return asking.map(({ person }) => ({
      from: views.person(chat, person),
      answer: this.owner.online() ? (given) => void this.#give(person, given) : undefined,
    }));
  }

  #isRead({ conversation, number }: Message): boolean {
    const { chat } = this.owner;
    const marker = chat.threads.get(conversation)?.markers.get(chat.me.id);
    return marker !== undefined && number <= marker.read_number;
  }

  #give(person: PersonId, given: boolean): Promise<Outcome> {
    return this.#ask({ type: "set_beep_leave", person, given });
  }

  async #beep(conversation: ConversationId, why: string): Promise<Outcome> {
    const { ask, chat, newId, onChange } = this.owner;
    const reason = why.trim();
    try {
      const { message } = await ask(
        {
          type: "beep",
          conversation,
          client_id: newId(),
          ...(reason !== "" && { why: reason }),
        },
        "message",
      );
      chat.onMessage(message);
      onChange();
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  async #ask(request: Request): Promise<Outcome> {
    try {
      await this.owner.ask(request, "done");
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }
}

/** The same one each time, so that nothing is drawn again for it. */
const NOBODY: readonly never[] = [];

/** How long after it was sent a beep still rings, in ms; later it is a message like others. */
const FRESH_MS = 60_000;
