/** The sound and the shake of an incoming call. */

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
  setTimeout(() => void context.close(), LENGTH_S * 1_000 + 100);
}

/** One fall of the voice, from `HIGH_HZ` to `LOW_HZ`. */
function chirp(context: AudioContext): void {
  if (context.state === "suspended") void context.resume().catch(() => undefined);
  const from = context.currentTime;
  const until = from + LENGTH_S;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.setValueAtTime(HIGH_HZ, from);
  tone.frequency.linearRampToValueAtTime(LOW_HZ, until);
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(LOUDNESS, from + EDGE_S);
  volume.gain.setValueAtTime(LOUDNESS, until - EDGE_S);
  volume.gain.linearRampToValueAtTime(0, until);
  tone.connect(volume).connect(context.destination);
  tone.start(from);
  tone.stop(until);
}

const HIGH_HZ = 800;
const LOW_HZ = 600;
const LENGTH_S = 0.4;
const LOUDNESS = 0.25;

/** Fades in and out, so that it does not click. */
const EDGE_S = 0.03;

const REPEAT_MS = 2_000;
const VIBRATION_MS = [400, 200, 400];
