/** English, and the shape that every other catalogue has. Keys are grouped by screen. */

export const en = {
  app: {
    name: "Palabre",
  },
  problem: {
    unreachable: "The server cannot be reached. Check the network and try again.",
    malformed: "The server did not understand this page. Reload it.",
    too_large: "That is too large to send.",
    wrong_protocol: "This page is out of date. Reload it.",
    not_signed_in: "You are signed out. Sign in again.",
    wrong_credentials: "The name or the password is wrong.",
    rate_limited: "Too many attempts. Wait a moment and try again.",
    wrong_origin: "This address is not allowed. Open Palabre at its usual address.",
    not_a_member: "You are not in this conversation.",
    no_such_person: "There is no such person.",
    empty: "Write something first.",
    too_long: "That message is too long.",
    bad_title: "Give the group a name, and keep it short.",
    bad_members: "Choose at least one person.",
    call_over: "This call is over.",
    call_full: "This call is full.",
    not_in_call: "You are no longer in this call.",
    not_allowed: "You may not do this.",
    bad_offer: "This browser and the server could not agree on sound and picture.",
    unknown_section: "This browser and the server could not agree on sound and picture.",
    out_of_range: "The server did not accept that.",
    unavailable: "The server cannot store anything right now. Try again in a moment.",
    internal: "Something went wrong on the server. Try again.",
  },
};

/** What a translation must have: the same keys, functions with the same parameters. */
export type Catalogue = Shape<typeof en>;

type Shape<Text> = Text extends string
  ? string
  : Text extends (...parameters: infer Parameters) => string
    ? (...parameters: Parameters) => string
    : { [Key in keyof Text]: Shape<Text[Key]> };
