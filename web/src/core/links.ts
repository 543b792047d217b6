/** The addresses that people send to one another, and what stands behind each. */

import type { CallId, ConversationId, PersonId } from "./protocol";

/** What the address of the page leads to, beside the app itself. */
export type Door =
  /** Making the owner's account; the code is empty when the address has none. */
  | { kind: "setup"; code: string }
  /** Making an account by invitation. */
  | { kind: "invitation"; code: string }
  /** Coming into a group as a guest. */
  | { kind: "guest"; code: string };

/** The kinds of links that are sent around. */
export type LinkKind = Exclude<Door["kind"], "setup">;

/**
 * The link that opens a door. The code stands behind the `#`, which browsers send to nobody: it
 * reaches no log and no `Referer`.
 */
export function linkTo(origin: string, kind: LinkKind, code: string): string {
  return `${origin}${PATHS[kind]}#${code}`;
}

/** What a notice of the system leads to when there is no page that it could bring to the front. */
export type Arrival = {
  /** Whose notice it is; the page is to be theirs. */
  person: PersonId;
  /** A call that was answered from the notice. */
  answer: CallId | null;
};

/** The address by which a page opens on what a notice was about. */
export function arrivalPath(arrival: Arrival, conversation: ConversationId | null): string {
  const query = new URLSearchParams({ for: arrival.person });
  if (arrival.answer !== null) query.set("answer", arrival.answer);
  return `/?${query}${conversation === null ? "" : `#/c/${conversation}`}`;
}

/** What the address of a page that a notice opened says. */
export function arrivalAt({ search }: { search: string }): Arrival | null {
  const query = new URLSearchParams(search);
  const person = query.get("for");
  return person === null ? null : { person, answer: query.get("answer") };
}

/** The door at an address; null for every other page of the app. */
export function doorAt({ pathname, hash }: { pathname: string; hash: string }): Door | null {
  const kinds = Object.keys(PATHS) as Door["kind"][];
  const kind = kinds.find((one) => PATHS[one] === pathname.replace(/\/$/, ""));
  if (kind === undefined) return null;
  const code = hash.replace(/^#\/?/, "");
  if (code === "" && kind !== "setup") return null;
  return { kind, code };
}

const PATHS: Record<Door["kind"], string> = {
  setup: "/setup",
  invitation: "/invite",
  guest: "/join",
};
