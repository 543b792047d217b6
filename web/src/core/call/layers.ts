/**
 * Which simulcast layers a camera and a shared screen are sent in.
 *
 * All three are negotiated once, so that another camera needs no new section. Chromium sends three
 * layers only from 960×540 up and two from 640×360, counted from the smallest; so the scaling
 * follows the capture size and what would not be sent is switched off.
 */

import type { ScreenMode } from "../model";
import type { Layer } from "../protocol";

/** How one layer is encoded. */
export type Encoding = {
  rid: string;
  active: boolean;
  scaleResolutionDownBy: number;
  /** In bits per second. */
  maxBitrate: number;
  /** In pictures per second; the browser's choice where it is missing. */
  maxFramerate?: number;
};

/** Plans the encodings of a picture of this size, in pixels; small to large. */
export function planEncodings(width: number, height: number): Encoding[] {
  const pixels = width * height;
  const count = pixels >= THREE_FROM ? 3 : pixels >= TWO_FROM ? 2 : 1;
  return RIDS.map((rid, index) => {
    const active = index < count;
    const scaleResolutionDownBy = active ? 2 ** (count - 1 - index) : 1;
    return { rid, active, scaleResolutionDownBy, maxBitrate: MAX_BITRATES[index] ?? 0 };
  }).map((encoding) =>
    // A lone layer is all there is, so it may cost more than a thumbnail does.
    count === 1 && encoding.active ? { ...encoding, maxBitrate: LONE_BITRATE } : encoding,
  );
}

/**
 * Plans the encodings of a shared screen of this size: one for whoever has room for it and one for
 * narrow paths. Of text the lesser one is as sharp and has fewer pictures; of motion it is smaller
 * and as fluent.
 */
export function planScreen(mode: ScreenMode, width: number, height: number): Encoding[] {
  const isText = mode === "text";
  const full = {
    rid: "f",
    active: true,
    scaleResolutionDownBy: 1,
    maxBitrate: SCREEN_BITRATE,
    // Text that scrolls needs few, a film all.
    maxFramerate: isText ? 10 : 30,
  };
  // What is too small for two is sent as the first, and then that has to be the good one.
  if (width * height < TWO_FROM)
    return [
      { ...full, rid: "h" },
      { ...full, active: false },
    ];
  const lesser = isText
    ? { maxBitrate: 250_000, maxFramerate: 5 }
    : { maxBitrate: 500_000, scaleResolutionDownBy: 2 };
  return [{ ...full, ...lesser, rid: "h" }, full];
}

/** What the server is told of a plan: the layers that are sent, with their sizes. */
export function layersOf(encodings: readonly Encoding[], width: number, height: number): Layer[] {
  return encodings
    .filter(({ active }) => active)
    .map(({ rid, scaleResolutionDownBy }) => ({
      rid,
      width: Math.floor(width / scaleResolutionDownBy),
      height: Math.floor(height / scaleResolutionDownBy),
    }));
}

/** Names of the layers: quarter, half, full. */
const RIDS = ["q", "h", "f"] as const;

/** Highest bitrates of the layers, in bits per second; found enough for 1280×720 in VP8. */
const MAX_BITRATES = [150_000, 500_000, 1_700_000];
const LONE_BITRATE = 350_000;

/** In bits per second: 1080p text in VP8 settles well below. */
const SCREEN_BITRATE = 2_500_000;

/** Pixels from which Chromium sends so many layers (measured). */
const THREE_FROM = 960 * 540;
const TWO_FROM = 640 * 360;
