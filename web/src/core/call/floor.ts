/** Hands, emoji, and what a moderator can do in the call of this tab. */

import type { Chat } from "../chat";
import type { Ask } from "../connection";
import type { Clock } from "../environment";
import type { CallFloor, CallReactionView, CallRole, RingView, TileActions } from "../model";
import type { Notices } from "../notices";
import type {
  Call,
  CallRules,
  Participant,
  ParticipantId,
  PersonId,
  Request,
  Source,
} from "../protocol";
import type { Views } from "../views";

/** What the floor needs of the call. */
export type FloorOwner = {
  clock: Clock;
  chat: Chat;
  views: Views;
  notices: Notices;
  ask: Ask;
  online: () => boolean;
  onChange: () => void;
};

type Reaction = { key: string; participant: ParticipantId; person: PersonId; emoji: string };

/** What somebody is in a call. */
export function roleIn(call: Call | null, person: PersonId): CallRole {
  if (call?.started_by === person) return "owner";
  return call?.moderators.includes(person) ? "moderator" : "member";
}

/** Whether somebody may send a source, as the rules of the call are now. */
export function maySend(call: Call | null, person: PersonId, source: keyof CallRules): boolean {
  return call === null || call.rules[source] || roleIn(call, person) !== "member";
}

/** Keeps the emoji of the last moments, and asks what people ask for. */
export class Floor {
  #reactions: readonly Reaction[] = [];
  #next = 1;

  constructor(private readonly owner: FloorOwner) {}

  /** Somebody shows an emoji. */
  onReaction(call: Call | null, participant: ParticipantId, emoji: string): void {
    const seat = call?.participants.find(({ id }) => id === participant);
    if (seat === undefined) return;
    const key = String(this.#next);
    this.#next += 1;
    const reaction = { key, participant, person: seat.person, emoji };
    this.#reactions = [...this.#reactions, reaction].slice(-MAX_REACTIONS);
    this.owner.clock.after(REACTION_MS, () => {
      this.#reactions = this.#reactions.filter((other) => other !== reaction);
      this.owner.onChange();
    });
    this.owner.onChange();
  }

  /** The emoji that somebody shows now. */
  reactionOf(participant: ParticipantId): string | null {
    return this.#reactions.findLast((one) => one.participant === participant)?.emoji ?? null;
  }

  /** What can be done about a participant. */
  actions(call: Call | null, participant: Participant): TileActions {
    const { chat } = this.owner;
    const { id, person, sending } = participant;
    const mine = roleIn(call, chat.me.id);
    const self = person === chat.me.id;
    const theirs = roleIn(call, person);
    const moderates = call !== null && mine !== "member" && !self && this.owner.online();
    const over = moderates && theirs !== "owner";
    const stop = (source: Source, on: boolean) =>
      over && on
        ? () => this.#ask({ type: "stop_sending", call: call.id, participant: id, source })
        : undefined;
    const raised = participant.hand_raised_at_ms !== null;
    return {
      mute: stop("microphone", sending.microphone),
      stopCamera: stop("camera", sending.camera),
      stopScreen: stop("screen", sending.screen),
      lowerHand:
        moderates && raised
          ? () => this.#ask({ type: "set_hand", participant: id, raised: false })
          : undefined,
      remove:
        over && !this.#isDirect(call)
          ? () => this.#ask({ type: "remove_from_call", call: call.id, person })
          : undefined,
    };
  }

  draw(call: Call | null, own: Participant | undefined): CallFloor {
    const { chat, views, online } = this.owner;
    const role = roleIn(call, chat.me.id);
    const moderates = call !== null && role !== "member" && online();
    const raised = own !== undefined && own.hand_raised_at_ms !== null;
    const others = (call?.participants ?? []).filter(
      ({ person, sending }) => roleIn(call, person) === "member" && sending.microphone,
    );
    return {
      role,
      hand: {
        raised,
        toggle:
          own !== undefined && online()
            ? () => this.#ask({ type: "set_hand", participant: own.id, raised: !raised })
            : undefined,
      },
      react:
        own !== undefined && online()
          ? (emoji) => this.#ask({ type: "react_in_call", participant: own.id, emoji })
          : undefined,
      reactions: this.#reactions.map(
        ({ key, person, emoji }): CallReactionView => ({
          key,
          person: views.person(chat, person),
          emoji,
        }),
      ),
      rules: call?.rules ?? OPEN,
      setRules: moderates
        ? (rules) => this.#ask({ type: "set_call_rules", call: call.id, rules })
        : undefined,
      addable: this.#addable(call).map((person) => views.person(chat, person)),
      add:
        call !== null && own !== undefined && online() && chat.me.role !== "guest"
          ? (person) => void this.#add(call, person)
          : undefined,
      muteAll:
        moderates && others.length > 0
          ? () =>
              this.#ask({
                type: "stop_sending",
                call: call.id,
                participant: null,
                source: "microphone",
              })
          : undefined,
    };
  }

  /** Everybody's invitation but one's own. */
  rings(call: Call | null, inCall: boolean): RingView[] {
    const { chat, views, online } = this.owner;
    const moderates = roleIn(call, chat.me.id) !== "member";
    const mayRing = inCall && online() && chat.me.role !== "guest";
    const inside = new Set(call?.participants.map(({ person }) => person));
    return (call?.rings ?? [])
      .filter(({ person }) => person !== chat.me.id)
      .map(({ person, state, busy }) => {
        const possible = mayRing && !inside.has(person) && state !== "ringing";
        return {
          person: views.person(chat, person),
          state,
          busy,
          ringAgain:
            call !== null && possible && (moderates || state !== "removed")
              ? () => this.#ask({ type: "ring_people", call: call.id, people: [person] })
              : undefined,
        };
      });
  }

  /** Takes somebody into the group of the call, and rings at them. */
  async #add({ id, conversation }: Call, person: PersonId): Promise<void> {
    try {
      const { ask } = this.owner;
      await ask({ type: "add_members", conversation, people: [person] }, "conversation");
      await ask({ type: "ring_people", call: id, people: [person] }, "done");
    } catch (error) {
      this.owner.notices.failed(error);
    }
  }

  #addable(call: Call | null): PersonId[] {
    const { chat } = this.owner;
    const members = call && chat.threads.get(call.conversation)?.conversation.members;
    if (call === null || members == null || this.#isDirect(call)) return [];
    return [...chat.people.values()]
      .filter(({ id, role }) => role !== "guest" && !members.includes(id))
      .map(({ id }) => id);
  }

  #isDirect(call: Call): boolean {
    const thread = this.owner.chat.threads.get(call.conversation);
    return thread?.conversation.kind === "direct";
  }

  #ask(request: Request): void {
    this.owner.ask(request, "done").catch((error) => {
      this.owner.notices.failed(error);
    });
  }
}

/** Before the call is known. */
const OPEN: CallRules = { locked: false, microphone: true, camera: true, screen: true };

/** How long an emoji shows, in ms. */
const REACTION_MS = 4_000;

/** Shown at the same time; the oldest go first. */
const MAX_REACTIONS = 20;
