/** What is said outside of any screen, and what the whole app consists of. */

import type { Catalogue, Direction, Language } from "../i18n";
import type { ConversationId, Source } from "../protocol";
import type { Problem } from "./outcome";

/** Something to say once, outside of any screen. */
export type Notice = {
  key: string;
  kind:
    | { kind: "answered_elsewhere"; title: string }
    | { kind: "declined_elsewhere"; title: string }
    | { kind: "held_call_over"; title: string }
    | { kind: "missed_call"; title: string; conversation: ConversationId }
    /** A moderator turned something of one's own off. */
    | { kind: "stopped"; source: Source; by: string }
    | { kind: "microphone_lost" }
    | { kind: "camera_lost" }
    | { kind: "blur_lost" }
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
