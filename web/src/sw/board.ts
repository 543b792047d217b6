/** The notices of the system: shows what is pushed, in the words of the device, and takes it back. */

import { PUSH_WORDS, type PushWords } from "../core/i18n/push";
import type {
  CallId,
  ConversationId,
  Language,
  PersonId,
  PushMessage,
  PushNotice,
} from "../core/protocol";

/** What a notice on the screen remembers of what it stands for. */
export type Shown = {
  person: PersonId;
  conversation: ConversationId | null;
  /** The message it is about, by which it is marked; 0 when it is about none. */
  number: number;
  /** How many messages it stands for. */
  unread: number;
  call: CallId | null;
};

/** The part of a registration that is used. */
export type NoticeSurface = Pick<
  ServiceWorkerRegistration,
  "showNotification" | "getNotifications"
>;

/** The badge of an installed app; browsers without one lack it. */
export type BadgeSurface = {
  setAppBadge?: (count: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
};

/** Shows notices and takes them back. */
export class Board {
  /** Done once everything is on the screen that was told before. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly surface: NoticeSurface,
    private readonly badge: BadgeSurface,
  ) {}

  /**
   * Shows what was pushed, or takes back what it says is over. One after the other: each looks at
   * what is on the screen before it changes that.
   */
  tell(message: PushMessage): Promise<void> {
    const told = this.#turn.then(() => this.#tell(message));
    this.#turn = told.catch(() => {});
    return told;
  }

  async #tell({ person, language, notice }: PushMessage): Promise<void> {
    const t = words(language);
    switch (notice.kind) {
      case "message":
      case "beep":
        if (!(await this.#isNews(person, notice))) return;
        await this.#show(...drawMessage(t, person, notice));
        break;
      case "call":
        // The push service drops it once it rings no longer; this device's clock may be wrong.
        await this.#show(...drawCall(t, person, notice));
        break;
      case "missed":
        await this.#show(...drawMissed(t, person, notice));
        break;
      case "call_over":
        await this.#close(callTag(notice.call), () => true);
        break;
      case "read":
        await this.#close(conversationTag(person, notice.conversation), (shown) => {
          return shown.number <= notice.up_to_number;
        });
        await this.#close(beepTag(person, notice.conversation), (shown) => {
          return shown.number <= notice.up_to_number;
        });
        break;
      case "test":
        await this.#show(t.test, {
          body: t.testHint,
          tag: "test",
          data: { person, conversation: null, number: 0, unread: 0, call: null } satisfies Shown,
        });
        break;
    }
    await this.count();
  }

  /** Shows that there is something, when it cannot be read: browsers insist on a notice for each push. */
  async tellUnreadable(language: string): Promise<void> {
    const t = words(language.startsWith("fr") ? "fr" : "en");
    await this.#show(t.unreadable, { body: t.unreadableHint, tag: "unreadable", data: null });
  }

  /** Takes back what stands for a person's account that is here no more. */
  async forget(person: PersonId): Promise<void> {
    for (const notification of await this.surface.getNotifications()) {
      if (shownIn(notification)?.person === person) notification.close();
    }
    await this.count();
  }

  /** Shows on the icon of the app how many messages the notices stand for. */
  async count(): Promise<void> {
    const notifications = await this.surface.getNotifications();
    const unread = notifications.reduce((sum, one) => sum + (shownIn(one)?.unread ?? 0), 0);
    const change = unread > 0 ? this.badge.setAppBadge?.(unread) : this.badge.clearAppBadge?.();
    await change?.catch(() => {});
  }

  /** Whether no later message of the same place is shown already: pushes may overtake one another. */
  async #isNews(
    person: PersonId,
    notice: Extract<PushNotice, { kind: "message" | "beep" }>,
  ): Promise<boolean> {
    const tag = messageTag(person, notice);
    const shown = await this.surface.getNotifications({ tag });
    return shown.every((one) => (shownIn(one)?.number ?? 0) < notice.number);
  }

  async #show(title: string, options: Options): Promise<void> {
    await this.surface.showNotification(title, {
      icon: ICON,
      badge: BADGE,
      ...options,
    });
  }

  async #close(tag: string, isMeant: (shown: Shown) => boolean): Promise<void> {
    for (const notification of await this.surface.getNotifications({ tag })) {
      const shown = shownIn(notification);
      if (shown !== null && isMeant(shown)) notification.close();
    }
  }
}

/** What a notice on the screen stands for; null for one that says nothing. */
export function shownIn(notification: Pick<Notification, "data">): Shown | null {
  return (notification.data as Shown | null) ?? null;
}

/** What is in the specification and not yet in TypeScript's types. */
type Options = NotificationOptions & {
  data: Shown | null;
  renotify?: boolean;
  timestamp?: number;
  vibrate?: number[];
  actions?: { action: Action; title: string }[];
};

/** What can be done from a notice without opening the app. */
export type Action = "read" | "accept" | "decline";

function words(language: Language): PushWords {
  // A server that is newer than this worker may know more languages.
  return PUSH_WORDS[language] ?? PUSH_WORDS.en;
}

function drawMessage(
  t: PushWords,
  person: PersonId,
  notice: Extract<PushNotice, { kind: "message" | "beep" }>,
): [string, Options] {
  const { conversation, number } = notice;
  const unread = notice.kind === "message" ? notice.unread : 1;
  const data: Shown = { person, conversation, number, unread, call: null };
  const common = { tag: messageTag(person, notice), renotify: true, data };
  const actions: Options["actions"] = [{ action: "read", title: t.read }];
  if (notice.kind === "beep") {
    const body = notice.why ?? t.beepHint;
    const urgent = { requireInteraction: true, vibrate: BEEP_PATTERN };
    return [t.beep(notice.sender), { ...common, ...urgent, body, actions }];
  }
  const { sender, group, text, carries } = notice;
  const said = text ?? (carries === null ? t.message : t.carries[carries]);
  const title = group ?? sender;
  return [
    unread > 1 ? t.several(title, unread) : title,
    { ...common, body: group === null ? said : t.from(sender, said), actions },
  ];
}

function drawCall(
  t: PushWords,
  person: PersonId,
  { call, conversation, sender, group, media }: Extract<PushNotice, { kind: "call" }>,
): [string, Options] {
  return [
    group ?? t.calls(sender),
    {
      body: group === null ? t.call[media] : t.from(t.call[media], sender),
      tag: callTag(call),
      renotify: true,
      requireInteraction: true,
      vibrate: RING_PATTERN,
      data: { person, conversation, number: 0, unread: 0, call },
      actions: [
        { action: "accept", title: t.accept },
        { action: "decline", title: t.decline },
      ],
    },
  ];
}

function drawMissed(
  t: PushWords,
  person: PersonId,
  { call, conversation, sender, group, media }: Extract<PushNotice, { kind: "missed" }>,
): [string, Options] {
  return [
    group ?? sender,
    {
      body: group === null ? t.missed[media] : t.from(t.missed[media], sender),
      // It takes the place of the ring, without a sound: whoever was called has heard it.
      tag: callTag(call),
      silent: true,
      data: { person, conversation, number: 0, unread: 0, call: null },
    },
  ];
}

function messageTag(
  person: PersonId,
  { kind, conversation }: Extract<PushNotice, { kind: "message" | "beep" }>,
): string {
  return kind === "beep" ? beepTag(person, conversation) : conversationTag(person, conversation);
}

/** One notice for each conversation of each account, however many messages it stands for. */
function conversationTag(person: PersonId, conversation: ConversationId): string {
  return `conversation ${person} ${conversation}`;
}

function beepTag(person: PersonId, conversation: ConversationId): string {
  return `beep ${person} ${conversation}`;
}

function callTag(call: CallId): string {
  return `call ${call}`;
}

const ICON = "/icons/icon-192.png";

/** One colour, for the bar at the top of a phone. */
const BADGE = "/icons/badge-96.png";

/** On, off, on, … in ms: a beep is short and does not go on. */
const BEEP_PATTERN = [120, 80, 120, 80, 120];

/** As a telephone does; the system stops it when it likes. */
const RING_PATTERN = [600, 400, 600, 400, 600, 400, 600];
