/**
 * What views draw: snapshots of everything the app knows, with the actions that are possible now.
 *
 * An action that is not possible is `undefined`; a control is disabled by that alone. Every id is a
 * string; every moment is in ms since 1970 by the server's clock, so that it can be compared with
 * `App.now()`.
 */

import type { Catalogue, Direction, Language } from "./i18n";
import type { BrowserKind, MissingNotices } from "./notifier";
import type {
  Availability,
  CallId,
  CallRules,
  ConversationId,
  ConversationKind,
  DemoAccount,
  EndReason,
  Entity,
  FailureCode,
  FileGroup,
  GuestLinkId,
  GuestState,
  Highlight,
  InvitationId,
  KeepChange,
  Media,
  MessageId,
  Notify,
  ParticipantId,
  PauseReason,
  Person,
  PersonId,
  Preferences,
  Quality,
  RingState,
  Role,
  SearchOrder,
  Source,
  Status,
  Voice,
} from "./protocol";

/** Why something did not work: what the server said, or that it could not be reached. */
export type Problem = FailureCode | "unreachable";

// ---------------------------------------------------------------- session

/** Who is signed in in this tab. */
export type Session =
  /** Asking the server which accounts this browser has. */
  | { kind: "loading" }
  /** The server cannot be reached, so that it is not known who is signed in. */
  | { kind: "unreachable"; retry: () => void }
  | SignedOut
  | SignedInSession;

/** The sign-in screen. */
export type SignedOut = {
  kind: "signed_out";
  /** Accounts that are already signed in in this browser: one click takes them. */
  accounts: readonly Account[];
  /** Names of the demo: one click signs in; empty outside the demo. */
  demo: readonly DemoAccount[];
  /** Why the last attempt failed. */
  problem: Problem | null;
  /** Whether an attempt is under way; `signIn` is then undefined. */
  submitting: boolean;
  signIn: ((username: string, password: string) => void) | undefined;
  signInDemo: ((username: string) => void) | undefined;
  /** Back to the account the tab had before "add account". */
  cancel: (() => void) | undefined;
};

/** Somebody is signed in. */
export type SignedInSession = {
  kind: "signed_in";
  me: Person;
  /** The browser's account slot that this tab uses. */
  slot: number;
  /** The other accounts of this browser. */
  others: readonly Account[];
  /** Shows the sign-in screen without signing out. */
  addAccount: () => void;
  signOut: () => void;
};

/** An account that is signed in in this browser. */
export type Account = {
  person: Person;
  slot: number;
  /** Makes this tab that person. */
  use: () => void;
};

/** What somebody types who makes an account. */
export type NewAccountForm = { username: string; fullName: string; password: string };

/** A way in besides signing in. While it is there it is drawn instead of the session's screen. */
export type Entrance =
  /** Asking the server what is behind the link. */
  | { kind: "asking" }
  /** The server could not be asked; `leave` shows the app itself. */
  | { kind: "failed"; problem: Problem; retry: () => void; leave: () => void }
  /** The link is good no longer, or never was. */
  | { kind: "gone"; leave: () => void }
  /** Nobody has an account here yet: makes the owner's. */
  | {
      kind: "setup";
      /** From the address that the server printed; empty when it has to be typed. */
      code: string;
      problem: Problem | null;
      submitting: boolean;
      submit: ((form: NewAccountForm & { code: string; place: string }) => void) | undefined;
    }
  /** Makes an account by invitation. */
  | {
      kind: "invitation";
      place: string | null;
      /** The name of who invites. */
      by: string;
      role: Role;
      expiresAt: number;
      problem: Problem | null;
      submitting: boolean;
      accept: ((form: NewAccountForm) => void) | undefined;
      /** "I have an account already." */
      signIn: (() => void) | undefined;
    };

/** The door for guests. While it is there it is drawn instead of the session's screen. */
export type GuestEntrance =
  | {
      kind: "guest";
      place: string | null;
      /** The group's. */
      title: string;
      /** The name of who made the link. */
      by: string;
      expiresAt: number;
      problem: Problem | null;
      submitting: boolean;
      /** Asks to be let in, under a name and with these devices on. */
      enter:
        | ((name: string, devices: { microphone: boolean; camera: boolean }) => void)
        | undefined;
      /** "I have an account." */
      signIn: (() => void) | undefined;
    }
  /** The link leads nowhere, and why. */
  | { kind: "guest_gone"; problem: Problem; leave: () => void };

/** How one stands as a guest. */
export type GuestView = {
  state: GuestState;
  /** The group's. */
  title: string;
  conversation: ConversationId;
  leave: () => void;
};

// ---------------------------------------------------------------- letting guests in

/** A guest who waits, with the two answers. */
export type WaitingGuestView = {
  person: PersonId;
  /** As they call themselves. */
  name: string;
  since: number;
  admit: () => void;
  refuse: () => void;
};

/** Who waits to be let into a group. */
export type LobbyView = {
  conversation: ConversationId;
  title: string;
  waiting: readonly WaitingGuestView[];
};

/** A link for guests that is good. */
export type GuestLinkView = {
  id: GuestLinkId;
  madeBy: PersonView;
  expiresAt: number;
  uses: number;
  usesLeft: number;
  revoke: (() => Promise<Outcome>) | undefined;
};

/** Links into a group, for those who may make them. */
export type Hosting = {
  /** The latest first; null until they were loaded. */
  links: readonly GuestLinkView[] | null;
  load: (() => Promise<Outcome>) | undefined;
  make: ((wish: { uses: number; lifetimeS: number }) => Promise<LinkMade>) | undefined;
};

// ---------------------------------------------------------------- place

/** A link to send, or why there is none. It is told once: the server keeps no copy to read. */
export type LinkMade = { ok: true; link: string } | { ok: false; problem: Problem };

/** An invitation that is good. */
export type InvitationView = {
  id: InvitationId;
  role: Role;
  madeBy: PersonId;
  madeAt: number;
  expiresAt: number;
  uses: number;
  usesLeft: number;
  revoke: (() => Promise<Outcome>) | undefined;
};

/** The place as a whole. What one may not do, or cannot do offline, is undefined. */
export type Place = {
  name: string | null;
  /** One's own. */
  role: Role;
  /** The latest first; null until they were loaded. */
  invitations: readonly InvitationView[] | null;
  loadInvitations: (() => Promise<Outcome>) | undefined;
  invite:
    | ((wish: { role: Role; uses: number; lifetimeS: number }) => Promise<LinkMade>)
    | undefined;
  invitableRoles: readonly Role[];
  setRole: ((person: PersonId, role: Role) => Promise<Outcome>) | undefined;
};

// ---------------------------------------------------------------- connection

/** How the tab stands with the server. */
export type ConnectionState =
  /** Nobody is signed in. */
  | { kind: "idle" }
  /** The first connection of this page is being made. */
  | { kind: "connecting" }
  /** `reload` is there when the server is newer than this page. */
  | { kind: "online"; reload: (() => void) | undefined }
  /** The connection broke and is being made again; `since` by the server's clock. */
  | { kind: "reconnecting"; since: number }
  /** Waiting before the next attempt. */
  | { kind: "offline"; since: number; retryAt: number; retryNow: () => void }
  /** Another tab took this device over. */
  | { kind: "replaced"; takeBack: () => void }
  /** The server no longer speaks this page's protocol. */
  | { kind: "outdated"; reload: () => void };

/** Whether this device can keep conversations for use without a network. */
export type StorageState =
  | "ok"
  /** There is no room; what is shown goes on, but nothing new is kept. */
  | "full"
  /** The browser keeps nothing, as in some private windows. */
  | "unavailable";

// ---------------------------------------------------------------- people

/** A person as views show them. */
export type PersonView = {
  id: PersonId;
  username: string;
  name: string;
  /** A guest is shown as one wherever the name stands. */
  role: Role;
  availability: Availability;
  lastSeenAt: number | null;
  /** What they wrote beside their status. */
  statusText: string | null;
  /** Address of their picture; null for their initials. */
  picture: string | null;
  self: boolean;
};

/** Longest line beside a status, in characters. */
export const MAX_STATUS_LENGTH = 80;

/** Longest reason of a beep, in characters. */
export const MAX_BEEP_LENGTH = 120;

/** What can be done with one's own account. */
export type ProfileActions = {
  /** Shows one by another name or picture; null takes the picture away. */
  save: (name: string, picture: Blob | "kept" | null) => Promise<Outcome>;
  /** All other sign-ins end. */
  changePassword: (old: string, fresh: string) => Promise<Outcome>;
  signIns: () => Promise<
    { ok: true; signIns: readonly SignInView[] } | { ok: false; problem: Problem }
  >;
  endSignIn: (id: string) => Promise<Outcome>;
};

/** One place where somebody is signed in. */
export type SignInView = {
  id: string;
  /** How the browser or the program calls itself. */
  agent: string;
  /** When it was signed in, in ms since 1970. */
  since: number;
  /** It is this one. */
  current: boolean;
  /** It is connected now. */
  online: boolean;
};

/** What one shows of oneself. */
export type StatusChoice = {
  status: Status;
  /** A line beside it. */
  text: string | null;
  /** When it is over by itself. */
  until: number | null;
};

/** How one stands with somebody about beeps. What is not possible now is undefined. */
export type Beeping = {
  /** They may beep at oneself. */
  given: boolean;
  /** One may beep at them. */
  received: boolean;
  give: ((given: boolean) => Promise<Outcome>) | undefined;
  ask: (() => Promise<Outcome>) | undefined;
  beep: ((why: string) => Promise<Outcome>) | undefined;
};

/** Somebody wants one's attention now. */
export type IncomingBeep = {
  key: string;
  from: PersonView;
  why: string | null;
  /** One does not want to be disturbed: it is shown and not heard. */
  silent: boolean;
  open: () => void;
  dismiss: () => void;
};

/** Somebody wants to be able to beep at oneself. */
export type BeepAsk = {
  from: PersonView;
  answer: ((given: boolean) => void) | undefined;
};

/** How the system's notices stand on this device. What is not possible now is undefined. */
export type PushView =
  /** Nothing to say: not known yet, or a guest. */
  | { kind: "none" }
  | { kind: "missing"; why: MissingNotices }
  /** The person has told the browser to let none through. */
  | { kind: "blocked"; browser: BrowserKind }
  | {
      kind: "off";
      /** Asks the person by a prompt of the browser. */
      turnOn: (() => Promise<Outcome>) | undefined;
      /** Undefined once the person does not want to be offered it any more. */
      dismissOffer: (() => void) | undefined;
    }
  | {
      kind: "on";
      /** Whether they come with the page closed. */
      pushed: boolean;
      /** Whether they tell what messages say. */
      previews: boolean;
      setPreviews: ((previews: boolean) => Promise<Outcome>) | undefined;
      turnOff: (() => Promise<Outcome>) | undefined;
      test: (() => Promise<Outcome>) | undefined;
    };

/** Everybody on the server. */
export type People = {
  me: PersonView | null;
  /** Everybody but oneself, by name. */
  others: readonly PersonView[];
  byId: ReadonlyMap<PersonId, PersonView>;
  /** One's own choice; `invisible` is seen by oneself only. */
  status: StatusChoice;
  /** Undefined while offline. */
  setStatus: ((choice: StatusChoice) => Promise<Outcome>) | undefined;
  preferences: Preferences;
  /** Undefined while offline. */
  setPreferences: ((preferences: Preferences) => Promise<Outcome>) | undefined;
  /** One's own account. Undefined while offline, and for guests, who have none. */
  profile: ProfileActions | undefined;
  /** Opens the direct conversation with somebody, making it when there is none. Undefined offline. */
  writeTo: ((person: PersonId) => void) | undefined;
};

// ---------------------------------------------------------------- conversations

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
  | { kind: "renamed"; title: string };

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

/** What became of something that a form asked for. */
export type Outcome = { ok: true } | { ok: false; problem: Problem };

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
};

/** What can be done with a message now. What cannot is undefined. */
export type EntryActions = {
  /** Reacts, or takes the reaction back with null. */
  react: ((emoji: string | null) => void) | undefined;
  /** Answers it with the next message. */
  quote: (() => void) | undefined;
  /** What was typed, to be changed, and a way to store what it is changed to. */
  edit: { typed: string; save: (typed: string) => Promise<Outcome> } | undefined;
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

/** When a message reached one member and when they read it; null when that is not known. */
export type ReceiptTimes = { deliveredAt: number | null; readAt: number | null };

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

// ---------------------------------------------------------------- calls

/** Somebody calls. */
export type IncomingRing = {
  call: CallId;
  conversation: ConversationId;
  title: string;
  kind: ConversationKind;
  from: PersonView;
  media: Media;
  startedAt: number;
  /** One is in another call, here or on another device: it waits and does not ring. */
  waits: boolean;
  /** Leaves the call this tab is in, if any, and joins with the microphone, and the camera for video. */
  answer: (media: Media) => void;
  decline: () => void;
};

/** Why a device cannot be used. */
export type DeviceRefusal =
  /** The person or the browser said no. */
  | "denied"
  /** There is none. */
  | "missing"
  /** Another program uses it. */
  | "in_use"
  /** The rules of the call do not allow it now. */
  | "forbidden"
  /** The page is not served over HTTPS or from this machine. */
  | "insecure"
  | "unknown";

/** The microphone or the camera as a control. */
export type DeviceControl = {
  state:
    | { kind: "on" }
    | { kind: "off" }
    | { kind: "starting" }
    | { kind: "refused"; reason: DeviceRefusal };
  /** Switches on or off; also tries again after a refusal. Undefined while it starts. */
  toggle: (() => void) | undefined;
  /** What can be chosen from; labels are empty until the browser gave leave. */
  choices: readonly { id: string; label: string }[];
  /** Id of the chosen one; null for the browser's choice. */
  chosen: string | null;
  choose: ((id: string) => void) | undefined;
};

/** Where sound comes out, as a control. */
export type SpeakerControl = {
  choices: readonly { id: string; label: string }[];
  /** Id of the chosen one; null for the browser's choice. */
  chosen: string | null;
  /** Undefined where the browser lets no page choose. */
  choose: ((id: string) => void) | undefined;
};

/** A look at oneself before one goes into a call under way. */
export type JoinPreview = {
  title: string;
  media: Media;
  /** Who is in it. */
  people: readonly PersonView[];
  microphone: DeviceControl;
  camera: DeviceControl;
  speaker: SpeakerControl;
  /** One's own picture while the camera is on. */
  picture: MediaStream | null;
  /** One's own voice while the microphone is on, to show how loud it is. */
  voice: MediaStreamTrack | null;
  /** Goes in with what is on; the choice is remembered. */
  join: () => void;
  cancel: () => void;
};

/** What matters in a shared screen: that text is sharp, or that pictures move. */
export type ScreenMode = "text" | "motion";

/** One's own screen as a control. */
export type ScreenControl = {
  state:
    | { kind: "off" }
    | { kind: "starting" }
    /** With the sound of what is shared, or without. */
    | { kind: "on"; sound: boolean }
    | { kind: "refused"; reason: DeviceRefusal };
  /** As chosen last. */
  mode: ScreenMode;
  /** Whether this browser can share screens at all. */
  possible: boolean;
  /** Lets the person pick what to share; call it from a click. */
  start: ((mode: ScreenMode) => void) | undefined;
  setMode: ((mode: ScreenMode) => void) | undefined;
  stop: (() => void) | undefined;
};

/** A screen that somebody else shares. */
export type ScreenTile = {
  key: string;
  person: PersonView;
  /** Null while the picture is on its way. */
  stream: MediaStream | null;
  /** Why it is not on its way. */
  paused: PauseReason | null;
  /** As of a `Tile`. */
  setSize: Tile["setSize"];
};

/** Everybody alike, or one large. */
export type CallLayoutMode = "grid" | "speaker";

/** What is large and what is small. Keys are participants' and screens'. */
export type CallLayout = {
  mode: CallLayoutMode;
  setMode: (mode: CallLayoutMode) => void;
  pinned: string | null;
  /** Keeps one large; null lets go of it. */
  pin: (key: string | null) => void;
  /** Who of the others spoke last, or came first; null while one is alone. */
  spoke: string | null;
  /** What is large now; null shows all alike. */
  featured: string | null;
};

/** Where the call of this tab stands. */
export type CallStage =
  /** The call or one's seat in it is being asked for. */
  | { kind: "joining" }
  /** In, and nobody else is yet: it rings at the others. */
  | { kind: "ringing" }
  | { kind: "connected" }
  /** The network or the server went away; it comes back by itself. */
  | { kind: "reconnecting" }
  /** Over; shown until `dismiss`. */
  | { kind: "ended"; reason: EndReason | Problem; durationMs: number; dismiss: () => void };

/** What somebody is in a call: whoever started it, who moderates it, and the others. */
export type CallRole = "owner" | "moderator" | "member";

/** What can be done about a participant now. What cannot is undefined. */
export type TileActions = {
  mute: (() => void) | undefined;
  stopCamera: (() => void) | undefined;
  stopScreen: (() => void) | undefined;
  lowerHand: (() => void) | undefined;
  remove: (() => void) | undefined;
};

/** An emoji that somebody in the call shows for a moment. */
export type CallReactionView = { key: string; person: PersonView; emoji: string };

/** What one can say without speaking, and what a moderator can do. */
export type CallFloor = {
  /** One's own. */
  role: CallRole;
  hand: { raised: boolean; toggle: (() => void) | undefined };
  react: ((emoji: string) => void) | undefined;
  /** Of the last moments, one's own included. */
  reactions: readonly CallReactionView[];
  rules: CallRules;
  /** For moderators; it counts for those who are none. */
  setRules: ((rules: CallRules) => void) | undefined;
  muteAll: (() => void) | undefined;
  /** People who are not in the group: takes them in and rings at them. */
  addable: readonly PersonView[];
  add: ((person: PersonId) => void) | undefined;
};

/** One participant in the grid; oneself included. */
export type Tile = {
  participant: ParticipantId;
  person: PersonView;
  self: boolean;
  /** The picture; null while there is none to show. Muted: sound is played by the core. */
  stream: MediaStream | null;
  /** The person says the camera is on; with `stream: null` the picture is on its way. */
  camera: boolean;
  /** Why there is no picture although the camera is on. */
  paused: PauseReason | null;
  microphone: boolean;
  speaking: boolean;
  /** `reconnecting` shows as such on the tile. */
  connection: "connecting" | "connected" | "reconnecting";
  /** The connection is so bad that little of the person comes, or little reaches it. */
  weak: boolean;
  /** What the person is in this call. */
  role: CallRole;
  /** Since when the hand is raised; null while it is down. */
  handAt: number | null;
  /** An emoji that the person shows for a moment. */
  reaction: string | null;
  /** What can be done about the participant. */
  actions: TileActions;
  /**
   * Tells the size at which the tile is drawn, in CSS pixels, or null when it is not; so the
   * server sends the right layer. Cheap to call often.
   */
  setSize: (size: { width: number; height: number } | null) => void;
};

/** Somebody's invitation to a call. */
export type RingView = {
  person: PersonView;
  state: RingState;
  /** In another call when it began to ring. */
  busy: boolean;
  /** Rings again. Undefined while it rings, for those who are in, and when one may not. */
  ringAgain: (() => void) | undefined;
};

/** The call this tab is in. */
export type CurrentCall = {
  id: CallId | null;
  conversation: ConversationId;
  title: string;
  media: Media;
  stage: CallStage;
  startedAt: number;
  /** When somebody else came in; the duration counts from here. */
  answeredAt: number | null;
  /** Who was rung and what became of it, oneself excluded. */
  rings: readonly RingView[];
  /** Oneself first, then in the order they came. */
  tiles: readonly Tile[];
  /** What others share, the latest last. */
  screens: readonly ScreenTile[];
  layout: CallLayout;
  microphone: DeviceControl;
  camera: DeviceControl;
  screen: ScreenControl;
  speaker: SpeakerControl;
  /** How well one is connected; null until the server has said so. */
  quality: Quality | null;
  /** The browser refuses to play sound before a click: call this from one. */
  unlockSound: (() => void) | undefined;
  floor: CallFloor;
  /** Links for guests; null where one may make none. */
  hosting: Hosting | null;
  /** Undefined once it is over. */
  leave: (() => void) | undefined;
  /** For whoever started it, and for moderators. */
  endForAll: (() => void) | undefined;
};

// ---------------------------------------------------------------- the rest

/** Something to say once, outside of any screen. */
export type Notice = {
  key: string;
  kind:
    | { kind: "answered_elsewhere"; title: string }
    | { kind: "declined_elsewhere"; title: string }
    | { kind: "missed_call"; title: string; conversation: ConversationId }
    /** A moderator turned something of one's own off. */
    | { kind: "stopped"; source: Source; by: string }
    | { kind: "microphone_lost" }
    | { kind: "camera_lost" }
    /** The browser has no room to keep what is written until it is sent. */
    | { kind: "storage_full" }
    | { kind: "problem"; problem: Problem };
  dismiss: () => void;
};

/** The language in use and its texts. */
export type Locale = {
  language: Language;
  /** Where a line begins. */
  direction: Direction;
  /** Texts by screen. */
  t: Catalogue;
  setLanguage: (language: Language) => void;
};
