/**
 * Makes UUIDs (RFC 9562). `crypto.randomUUID` would do for version 4, but browsers keep it from pages
 * that come over plain HTTP, as on a team's own network.
 */

/** A random one (version 4). */
export function uuid4(): string {
  return format(crypto.getRandomValues(new Uint8Array(16)), 0x40);
}

/** One that sorts by time (version 7); `now` in ms since 1970. */
export function uuid7(now: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  // 48 bits of time come first (RFC 9562 §5.7).
  view.setUint16(0, Math.floor(now / 2 ** 32));
  view.setUint32(2, now % 2 ** 32);
  return format(bytes, 0x70);
}

function format(bytes: Uint8Array, version: number): string {
  const hex = [...bytes]
    .map((byte, index) => {
      if (index === 6) return (byte & 0x0f) | version;
      if (index === 8) return (byte & 0x3f) | VARIANT;
      return byte;
    })
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/** The variant of RFC 9562 §4.1, in the ninth byte. */
const VARIANT = 0x80;
