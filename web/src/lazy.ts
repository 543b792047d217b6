/** What is loaded when somebody wants it: a conversation, a call, what opens above the panes, and the ways in. */

import { lazyView } from "./ui/lazyView";

/** Timeline and composer; the list, or signing in, stands before they are there. */
export const Conversation = lazyView(
  async () => (await import("./chat/Conversation")).Conversation,
);

export const BeepSheet = lazyView(async () => (await import("./beep/BeepSheet")).BeepSheet);

export const BeepCalls = lazyView(async () => (await import("./beep/BeepCalls")).BeepCalls);

export const CallFloat = lazyView(async () => (await import("./call/CallFloat")).CallFloat);

export const CallWindow = lazyView(async () => (await import("./call/CallWindow")).CallWindow);

export const CallBar = lazyView(async () => (await import("./call/CallBar")).CallBar);

export const CallView = lazyView(async () => (await import("./call/CallView")).CallView);

export const HeldCallBar = lazyView(async () => (await import("./call/HeldCallBar")).HeldCallBar);

export const CallsSheet = lazyView(async () => (await import("./call/CallsSheet")).CallsSheet);

export const JoinSheet = lazyView(async () => (await import("./call/JoinSheet")).JoinSheet);

export const PeopleSheet = lazyView(async () => (await import("./call/PeopleSheet")).PeopleSheet);

export const Entrance = lazyView(async () => (await import("./people/Entrance")).Entrance);

export const GuestEntrance = lazyView(
  async () => (await import("./guest/GuestEntrance")).GuestEntrance,
);

export const GuestLobby = lazyView(async () => (await import("./guest/GuestLobby")).GuestLobby);

export const GuestLinksSheet = lazyView(
  async () => (await import("./guest/GuestLinksSheet")).GuestLinksSheet,
);

export const LobbyCalls = lazyView(async () => (await import("./guest/LobbyCalls")).LobbyCalls);

export const NewConversation = lazyView(
  async () => (await import("./people/NewConversation")).NewConversation,
);

export const InfoSheet = lazyView(async () => (await import("./chat/InfoSheet")).InfoSheet);

/** Messages and people that were looked for. */
export const SearchResults = lazyView(
  async () => (await import("./chat/SearchResults")).SearchResults,
);

export const SearchSheet = lazyView(async () => (await import("./chat/SearchSheet")).SearchSheet);

export const MessageSheet = lazyView(
  async () => (await import("./chat/MessageSheet")).MessageSheet,
);

/** Pictures and videos as large as the screen. */
export const MediaViewer = lazyView(async () => (await import("./files/MediaViewer")).MediaViewer);

/** Records a voice message. */
export const VoiceRecorder = lazyView(
  async () => (await import("./files/VoiceRecorder")).VoiceRecorder,
);

export const StarredSheet = lazyView(
  async () => (await import("./chat/StarredSheet")).StarredSheet,
);

export const EmojiPicker = lazyView(async () => (await import("./chat/EmojiPicker")).EmojiPicker);

export const Settings = lazyView(async () => (await import("./settings/Settings")).Settings);

export const ProfileSheet = lazyView(
  async () => (await import("./settings/ProfileSheet")).ProfileSheet,
);

export const ShortcutSheet = lazyView(
  async () => (await import("./settings/ShortcutSheet")).ShortcutSheet,
);

export const FirstSteps = lazyView(async () => (await import("./people/FirstSteps")).FirstSteps);

export const InviteSheet = lazyView(async () => (await import("./people/InviteSheet")).InviteSheet);

/** All of them, to be loaded while nothing else is to be done. */
export const LAZY_VIEWS = [
  NewConversation,
  Settings,
  InviteSheet,
  CallView,
  JoinSheet,
  CallFloat,
  InfoSheet,
  MessageSheet,
  SearchResults,
  SearchSheet,
  ShortcutSheet,
  PeopleSheet,
  MediaViewer,
  VoiceRecorder,
];
