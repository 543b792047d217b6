/** The conversation list and what an open conversation shows. */

import type {
  CallId,
  ConversationId,
  ConversationKind,
  EndReason,
  Entity,
  FileGroup,
  Highlight,
  KeepChange,
  Media,
  MessageId,
  Notify,
  PersonId,
  SearchOrder,
  Voice,
} from "../protocol";
import type { Hosting } from "./guests";
import type { Outcome, Problem } from "./outcome";
import type { Beeping, PersonView } from "./people";

/** How far an own message has got. */
export type Tick = "pending" | "failed" | "sent" | "delivered" | "read";

/** The content of a message as views show it. */
export type ContentView =
  /** `pieces` of `markup.ts` cuts it into what is drawn. */
  | {
      kind: "text";
      text: string;
      entities?: readonly Entity[];
      attachments?: readonly AttachmentView[];
    }
  /** Somebody deleted it for everybody. */
  | { kind: "deleted"; by: PersonView }
  /** Its time was up; shown only where something answers it. */
  | { kind: "expired" }
  /** Something that the sender did to the group. */
  | { kind: "notice"; notice: GroupNotice }
  /** The conversation was made. */
  | { kind: "created" }
  /** The sender beeped at the other one. */
  | { kind: "beep"; why: string | null }
  | {
      kind: "call";
      media: Media;
      /** Null while it rings or lasts. */
      ended: EndReason | null;
      durationMs: number;
      people: readonly PersonView[];
    };

/** A file of a message. */
export type AttachmentView = {
  key: string;
  name: string;
  bytes: number;
  mediaType: string;
  /** Where its bytes are: on the server, or in this page while it is on its way. */
  url: string;
  /** How much of it the server has, 0 to 1; null once its message is stored. */
  progress: number | null;
} & (
  | {
      kind: "image";
      thumbnail: string;
      width: number;
      height: number;
      /** A ThumbHash in Base64. */
      placeholder: string | null;
      animated: boolean;
    }
  | { kind: "voice"; durationMs: number; waveform: readonly number[] }
  | { kind: "video" | "audio" | "file" }
);

/** A file that somebody wants to send. */
export type PickedFile = {
  name: string;
  blob: Blob;
  voice?: Voice;
  picture?: { width: number; height: number };
};

/** What somebody did to a group. */
export type GroupNotice =
  | { kind: "members_added"; people: readonly PersonView[] }
  | { kind: "member_removed"; person: PersonView }
  | { kind: "member_left" }
  | { kind: "admin_changed"; person: PersonView; admin: boolean }
  | { kind: "renamed"; title: string }
  /** Null for ever. */
  | { kind: "lifetime_changed"; seconds: number | null };

/** How long texts stay that are sent from now on. */
export type Lifetime = {
  /** Null for ever. */
  seconds: number | null;
  /** Undefined offline, and for those who may not say so. */
  set: ((seconds: number | null) => Promise<Outcome>) | undefined;
};

/** The message that another one answers. */
export type QuoteView = {
  id: MessageId;
  number: number;
  /** Null while it is not held on this device: `goTo` its number to read it. */
  quoted: { sender: PersonView; content: ContentView } | null;
};

/** An emoji under a message. */
export type ReactionView = { emoji: string; people: readonly PersonView[]; mine: boolean };

/** The latest message of a conversation, for the list. */
export type Preview = {
  sender: PersonView;
  content: ContentView;
  at: number;
  /** Only for own messages. */
  tick: Tick | null;
};

/** The call under way in a conversation. */
export type CallUnderWay = {
  id: CallId;
  media: Media;
  ringing: boolean;
  startedAt: number;
  people: readonly PersonView[];
  /** Whether this tab is in it. */
  joined: boolean;
};

/** A row of the conversation list. */
export type ConversationRow = {
  id: ConversationId;
  kind: ConversationKind;
  /** The group's title, or the other person's name. */
  title: string;
  /** The other person of a direct conversation. */
  other: PersonView | null;
  /** Everybody, oneself included. */
  members: readonly PersonView[];
  preview: Preview | null;
  lastActivityAt: number;
  unread: number;
  /** Who types now, oneself excluded. */
  typing: readonly PersonView[];
  call: CallUnderWay | null;
  /** Text not sent yet; empty when there is none. */
  draft: string;
  /** When it was put to the top of the list; null when it was not. */
  pinnedAt: number | null;
  archived: boolean;
  /** Until when there are no notices of it; null when there are. */
  mutedUntil: number | null;
  /** What there are notices of while it is not muted. */
  notify: Notify;
  /** Shown as unread although it may be read. */
  markedUnread: boolean;
  /** Unread messages that name oneself or answer one's own. */
  mentions: number;
  /** Who may remove others and appoint admins. */
  admins: readonly PersonId[];
  /** Whether oneself is an admin of the group. */
  admin: boolean;
  /** Marks everything in it as read without opening it. Undefined when everything is. */
  markAllRead: (() => void) | undefined;
  /** Changes how it is kept, on all of one's devices. Undefined while offline. */
  keep: ((change: KeepChange) => void) | undefined;
};

/** The conversation list. */
export type ConversationList = {
  /** False until the server's first answer, unless this device remembers an earlier one. */
  loaded: boolean;
  /** Latest activity first. */
  rows: readonly ConversationRow[];
  /** Unread messages in all conversations. */
  unread: number;
  /**
   * Makes a conversation and opens it; `title: null` makes (or finds) the direct one with the one
   * member given. Undefined while offline.
   */
  create: ((members: readonly PersonId[], title: string | null) => Promise<Outcome>) | undefined;
  /** Opens the conversation of oneself alone. Undefined while offline. */
  openSaved: (() => Promise<Outcome>) | undefined;
  /** Looks for messages by their words: offline over what this device keeps. Undefined for guests. */
  search: ((query: SearchQuery) => Promise<SearchPage>) | undefined;
  /** Reads one's starred messages, the one starred last first. Undefined while offline. */
  readStarred: (() => Promise<FoundPage>) | undefined;
  /** Reads one's calls, the latest first, or only those one has missed. Undefined while offline. */
  readCalls: ((missed: boolean) => Promise<FoundPage>) | undefined;
  /** Starts a call in a conversation; undefined offline and while in a call. */
  caller: (conversation: ConversationId) => ((media: Media) => void) | undefined;
};

/** One entry of a timeline. */
export type Entry = {
  /** Stable from pending to stored. */
  key: string;
  sender: PersonView;
  own: boolean;
  at: number;
  /** 1, 2, 3 … once stored. */
  number: number | null;
  content: ContentView;
  state: EntryState;
  /** Null until it is stored. */
  id: MessageId | null;
  /** When it was last edited. */
  editedAt: number | null;
  quote: QuoteView | null;
  forwarded: boolean;
  reactions: readonly ReactionView[];
  pinned: boolean;
  starred: boolean;
  /** It names oneself. */
  mentionsMe: boolean;
  /** Who has listened to it; null where there is no voice, and until it is stored. */
  listening: Listening | null;
};

/** Who has listened to a voice message. */
export type Listening =
  /** To one's own: how many have, of those who tell, and whether everybody has. */
  | { of: "mine"; count: number; all: boolean }
  /** Oneself to somebody else's. */
  | { of: "theirs"; done: boolean };

/** What can be done with a message now. What cannot is undefined. */
export type EntryActions = {
  /** Reacts, or takes the reaction back with null. */
  react: ((emoji: string | null) => void) | undefined;
  /** Answers it with the next message. */
  quote: (() => void) | undefined;
  /** What was typed, to be changed, and a way to store what it is changed to. */
  edit:
    | {
        typed: string;
        save: (typed: string) => Promise<Outcome>;
        /** Keeps what is typed until it is saved or, with null, given up. */
        keep: (typed: string | null) => void;
      }
    | undefined;
  deleteForAll: (() => void) | undefined;
  deleteForMe: (() => void) | undefined;
  /** Passes it on to other conversations. */
  forward: ((conversations: readonly ConversationId[]) => Promise<Outcome>) | undefined;
  pin: ((on: boolean) => void) | undefined;
  star: ((on: boolean) => void) | undefined;
  /** Reads what it said before it was edited, oldest first. */
  versions: (() => Promise<readonly VersionView[]>) | undefined;
  /** Reads when one's own message got to each of the others. */
  receipts: (() => Promise<ReadonlyMap<PersonId, ReceiptTimes>>) | undefined;
  /** Says that one has begun to listen to its voice; undefined once that was said. */
  listen: (() => void) | undefined;
};

/** What can be done about who is in a group now. What cannot is undefined. */
export type GroupActions = {
  admins: ReadonlySet<PersonId>;
  /** Any member may; those who come read everything. */
  add: ((people: readonly PersonId[]) => Promise<Outcome>) | undefined;
  /** Any member may. */
  rename: ((title: string) => Promise<Outcome>) | undefined;
  /** Closes the conversation on all of one's devices. */
  leave: (() => Promise<Outcome>) | undefined;
  /** Removing somebody; for admins. */
  remove: (person: PersonId) => (() => Promise<Outcome>) | undefined;
  /** Making somebody an admin, or no longer; for admins. There is always one. */
  setAdmin: (person: PersonId) => ((on: boolean) => Promise<Outcome>) | undefined;
};

/** What is looked for. */
export type SearchQuery = {
  words: string;
  from: PersonId | null;
  conversation: ConversationId | null;
  /** Moments, in ms since 1970. */
  after: number | null;
  before: number | null;
  /** Only messages that carry files. */
  hasFile: boolean;
  hasLink: boolean;
  order: SearchOrder;
};

/** A message that was found, with the part of its text that was looked for. */
export type SearchHit = FoundMessage & {
  excerpt: string;
  /** In UTF-16 code units of the excerpt. */
  highlights: readonly Highlight[];
};

/** A page of what was found. */
export type SearchPage =
  | {
      ok: true;
      hits: readonly SearchHit[];
      more: (() => Promise<SearchPage>) | undefined;
      /** The server could not be asked: this is what the device keeps. */
      kept: boolean;
    }
  | { ok: false; problem: Problem };

/** An earlier text of a message. */
export type VersionView = { content: ContentView; at: number };

/** A message outside of its timeline: pinned, starred or found. */
export type FoundMessage = { conversation: ConversationId; title: string; entry: Entry };

/** A page of messages outside of their timelines. */
export type FoundPage =
  | { ok: true; found: readonly FoundMessage[]; more: (() => Promise<FoundPage>) | undefined }
  | { ok: false; problem: Problem };

/** Where an entry stands. Ticks are for own messages; others' entries are `stored` with tick null. */
export type EntryState =
  | { kind: "pending"; discard: (() => void) | undefined }
  | { kind: "failed"; problem: Problem; retry: () => void; discard: () => void }
  | { kind: "stored"; tick: "sent" | "delivered" | "read" | null };

/** How far one other member has got. */
export type Reach = {
  person: PersonView;
  deliveredNumber: number;
  readNumber: number;
  /** They or oneself read privately: what they have read is not told. */
  readHidden: boolean;
};

/** When a message reached one member, when they read it and listened; null when that is not known. */
export type ReceiptTimes = {
  deliveredAt: number | null;
  readAt: number | null;
  listenedAt: number | null;
};

/** The conversation that is open. */
export type OpenConversation = ConversationRow & {
  /** Null where nobody is beeped at. */
  beeping: Beeping | null;
  /** Oldest first. */
  entries: readonly Entry[];
  /** Whether older messages are being read, could be, could not, or are all there. */
  history: "loading" | "more" | "complete" | "failed";
  /** Reads an older page; undefined while one is being read, offline, or when all are there. */
  loadOlder: (() => void) | undefined;
  /**
   * The first message that was unread when the conversation was opened: the "new messages" line
   * goes above it. Stays until the conversation is opened again.
   */
  firstUnreadNumber: number | null;
  /** How far each other member has got, for the per-member detail of ticks. */
  reaches: readonly Reach[];
  /** Always possible: offline it is kept and sent later. Trims; ignores what is empty. */
  send: (text: string, files?: readonly PickedFile[]) => void;
  /** What files may be here; null until the server said so. */
  fileLimits: { maxBytes: number; maxFiles: number } | null;
  /** Reads the messages that carry files of a kind, newest first. Undefined while offline. */
  readFiles: ((group: FileGroup) => Promise<FoundPage>) | undefined;
  /** What the next message answers; sent with it. */
  quoting: QuoteView | null;
  /** The next message answers nothing. Undefined when it does so already. */
  stopQuoting: (() => void) | undefined;
  /** What can be done with an entry now. */
  actions: (entry: Entry) => EntryActions;
  /** What can be done about its members; null where none come and go. */
  group: GroupActions | null;
  /** Links for guests; null where one may make none. */
  hosting: Hosting | null;
  /** How long texts stay. */
  lifetime: Lifetime;
  /** Numbers of the pinned messages, rising. */
  pinned: readonly number[];
  /** Reads the pinned messages, oldest first. Undefined while offline. */
  readPinned: (() => Promise<FoundPage>) | undefined;
  /** Reads back as far as a message, so that it is among the entries; false when that failed. */
  goTo: (number: number) => Promise<boolean>;
  /** Keeps the draft and tells the others that one is typing (throttled inside). */
  setDraft: (text: string) => void;
  /**
   * Tells that everything up to this number has been on the screen. Does nothing while the page
   * is hidden; call it again when it shows.
   */
  markRead: (number: number) => void;
  /** Starts a call, or joins the one under way. Undefined offline and while in a call. */
  startCall: ((media: Media) => void) | undefined;
  close: () => void;
};

/** Longest message, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 16_384;

/**
 * Longest name that a group is given here, in UTF-16 code units. Longer ones do not fit a phone's
 * header; the server's own limit is higher.
 */
export const MAX_TITLE_LENGTH = 80;
