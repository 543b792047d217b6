/** The sound and the shake of a beep: short, high and unmistakable, and over at once. */

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
  for (let beat = 0; beat < BEATS; beat += 1) tone(context, context.currentTime + beat * GAP_S);
  await new Promise((resolve) => setTimeout(resolve, BEATS * GAP_S * 1_000));
  await context.close();
}

function tone(context: AudioContext, from: number): void {
  const until = from + LENGTH_S;
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = PITCH_HZ;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(LOUDNESS, from + EDGE_S);
  volume.gain.setValueAtTime(LOUDNESS, until - EDGE_S);
  volume.gain.linearRampToValueAtTime(0, until);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(until);
}

/** As the product that this one replaces sounded. */
const PITCH_HZ = 1_200;
const LENGTH_S = 0.15;
const LOUDNESS = 0.3;

/** Fades in and out, so that it does not click. */
const EDGE_S = 0.01;

const BEATS = 3;
const GAP_S = 0.3;
const VIBRATION_MS = [150, 150, 150, 150, 150];
