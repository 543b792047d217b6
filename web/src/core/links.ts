/** The addresses that people send to one another, and what stands behind each. */

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

/** The door at an address; null for every other page of the app. */
export function doorAt({ pathname, hash }: Pick<Location, "pathname" | "hash">): Door | null {
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
