/** The sound and the shake of a beep: short, high and unmistakable, and over at once. */

import { playTone } from "../ui/tone";

/** Sounds in one tab of this browser, if the browser lets it, and shakes the device. */
export function beepOnce(): void {
  navigator.vibrate?.(VIBRATION_MS);
  if (typeof AudioContext === "undefined") return;
  // Each tab is told of a beep, and one of them sounds.
  const locks = navigator.locks;
  if (locks === undefined) {
    void sound();
    return;
  }
  void locks
    .request("palabre-beep", { ifAvailable: true }, async (lock) => lock && (await sound()))
    .catch(() => undefined);
}

/** Resolves when it is over. */
async function sound(): Promise<void> {
  const context = new AudioContext();
  if (context.state === "suspended") await context.resume().catch(() => undefined);
  for (let beat = 0; beat < BEATS; beat += 1) {
    const at = context.currentTime + beat * GAP_S;
    playTone(context, { ...TONE, at });
  }
  await new Promise((resolve) => setTimeout(resolve, BEATS * GAP_S * 1_000));
  await context.close();
}

/** As the product that this one replaces sounded. */
const TONE = { fromHz: 1_200, lengthS: 0.15, loudness: 0.3, edgeS: 0.01 };

const BEATS = 3;
const GAP_S = 0.3;
const VIBRATION_MS = [150, 150, 150, 150, 150];
