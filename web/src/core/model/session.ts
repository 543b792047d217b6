/** Who is signed in in this tab, and the ways in. */

import type { ConversationId, DemoAccount, GuestState, Person, Role } from "../protocol";
import type { DeviceLook } from "./calls";
import type { Problem } from "./outcome";

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
      /** What one looks and sounds like; null while one is on the way in. */
      look: DeviceLook | null;
      /** Asks to be let in, under a name and with what is on. */
      enter: ((name: string) => void) | undefined;
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
