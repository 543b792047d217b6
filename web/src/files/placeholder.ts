/** What stands for a picture until it is there. */

import { thumbHashToDataURL } from "thumbhash";

/** Draws a ThumbHash in Base64; undefined for none, and for one that cannot be read. */
export function placeholderUrl(hash: string | null): string | undefined {
  if (hash === null) return undefined;
  const known = drawn.get(hash);
  if (known !== undefined) return known;
  try {
    const url = thumbHashToDataURL(Uint8Array.from(atob(hash), (letter) => letter.charCodeAt(0)));
    drawn.set(hash, url);
    return url;
  } catch {
    return undefined;
  }
}

const drawn = new Map<string, string>();
