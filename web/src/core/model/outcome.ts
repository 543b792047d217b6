/** How something that was asked for can end. */

import type { FailureCode } from "../protocol";

/** Why something did not work: what the server said, or that it could not be reached. */
export type Problem = FailureCode | "unreachable";

/** What became of something that a form asked for. */
export type Outcome = { ok: true } | { ok: false; problem: Problem };
