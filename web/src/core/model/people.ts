/** People, and what one shows of oneself. */

import type { BrowserKind, MissingNotices } from "../notifier";
import type { Availability, PersonId, Preferences, Role, Status } from "../protocol";
import type { Outcome, Problem } from "./outcome";

/** A person as views show them. */
export type PersonView = {
  id: PersonId;
  username: string;
  name: string;
  /** A guest is shown as one wherever the name stands; a deleted account has no name of its own. */
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
  /** For good; this page is signed out by it like all the others. */
  deleteAccount: (password: string) => Promise<Outcome>;
  /** Where one's things are read, to be taken along. */
  exportUrl: string;
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
