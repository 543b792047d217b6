/** Calls: ringing, devices, tiles and who may do what. */

import type {
  CallId,
  CallRules,
  ConversationId,
  ConversationKind,
  EndReason,
  Media,
  ParticipantId,
  PauseReason,
  PersonId,
  Quality,
  RingState,
} from "../protocol";
import type { Hosting } from "./guests";
import type { Problem } from "./outcome";
import type { PersonView } from "./people";

/** Somebody calls. */
export type IncomingRing = {
  call: CallId;
  conversation: ConversationId;
  title: string;
  kind: ConversationKind;
  from: PersonView;
  media: Media;
  startedAt: number;
  /** In which other call one is: then this one waits and does not ring. */
  waits: WaitsFor | null;
  /** Leaves the call this tab is in, if any, and joins with the microphone, and the camera for video. */
  answer: (media: Media) => void;
  /** Puts that call on hold and joins, with the camera where it is on. Undefined where none can be held. */
  holdAndAnswer: (() => void) | undefined;
  decline: () => void;
};

/** The call of this tab, one beside another that is on hold, one on hold alone, or that of another device. */
export type WaitsFor = "call" | "call_and_hold" | "hold" | "elsewhere";

/** A call of this tab that waits while one is in another, or in none. */
export type HeldCall = {
  title: string;
  /** Goes back to it; the one that one is in waits instead. */
  takeUp: () => void;
  leave: () => void;
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
  /** What is behind one in the picture; undefined for microphones, and where it cannot be blurred. */
  blur: BlurControl | undefined;
};

/** Blurring one's background. */
export type BlurControl = {
  on: boolean;
  /** This machine could not, so the camera went off. */
  failed: boolean;
  /** Undefined while the camera starts. */
  set: ((on: boolean) => void) | undefined;
};

/** Where sound comes out, as a control. */
export type SpeakerControl = {
  choices: readonly { id: string; label: string }[];
  /** Id of the chosen one; null for the browser's choice. */
  chosen: string | null;
  /** Undefined where the browser lets no page choose. */
  choose: ((id: string) => void) | undefined;
};

/** A look at oneself before the others see one. */
export type DeviceLook = {
  microphone: DeviceControl;
  camera: DeviceControl;
  speaker: SpeakerControl;
  /** One's own picture while the camera is on. */
  picture: MediaStream | null;
  /** One's own voice while the microphone is on, to show how loud it is. */
  voice: MediaStreamTrack | null;
};

/** Before one goes into a call under way. */
export type JoinPreview = DeviceLook & {
  title: string;
  media: Media;
  /** Who is in it. */
  people: readonly PersonView[];
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
  /** The device has put the call on hold: it neither hears nor is heard. */
  onHold: boolean;
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
