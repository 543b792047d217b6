/** The sound and the shake of an incoming call. */

import { playTone } from "../ui/tone";

/** Rings until the returned function is called; silent where the browser refuses sound. */
export function startRinging(): () => void {
  const context = typeof AudioContext === "undefined" ? null : new AudioContext();
  const beat = (): void => {
    if (context !== null) chirp(context);
    navigator.vibrate?.(VIBRATION_MS);
  };
  beat();
  const timer = setInterval(beat, REPEAT_MS);
  return () => {
    clearInterval(timer);
    navigator.vibrate?.(0);
    void context?.close();
  };
}

/** Sounds once, as somebody at the door does. */
export function knock(): void {
  navigator.vibrate?.(VIBRATION_MS[0] ?? 0);
  if (typeof AudioContext === "undefined") return;
  const context = new AudioContext();
  chirp(context);
  setTimeout(() => void context.close(), CHIRP.lengthS * 1_000 + 100);
}

/** One fall of the voice. */
function chirp(context: AudioContext): void {
  if (context.state === "suspended") void context.resume().catch(() => undefined);
  playTone(context, { ...CHIRP, at: context.currentTime });
}

const CHIRP = { fromHz: 800, toHz: 600, lengthS: 0.4, loudness: 0.25, edgeS: 0.03 };

const REPEAT_MS = 2_000;
const VIBRATION_MS = [400, 200, 400];
