/** Names how what is on the wire looks, so that what was kept of another look is not believed. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A name of the generated types. */
export function wireShape(): string {
  const types = readFileSync(new URL("../src/core/protocol.ts", import.meta.url));
  return createHash("sha256").update(types).digest("hex").slice(0, 16);
}
