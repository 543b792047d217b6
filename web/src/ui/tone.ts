/** A tone that rises and falls away, so that it does not click. */

export type Tone = {
  /** When it begins, by the clock of the context, in s. */
  at: number;
  lengthS: number;
  fromHz: number;
  /** Where the pitch ends; the same when absent. */
  toHz?: number;
  /** 0 to 1. */
  loudness: number;
  /** How long it takes to rise, and to fall, in s. */
  edgeS: number;
};

export function playTone(context: AudioContext, tone: Tone): void {
  const { at, lengthS, fromHz, toHz, loudness, edgeS } = tone;
  const until = at + lengthS;
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = fromHz;
  if (toHz !== undefined) {
    oscillator.frequency.setValueAtTime(fromHz, at);
    oscillator.frequency.linearRampToValueAtTime(toHz, until);
  }
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(loudness, at + edgeS);
  volume.gain.setValueAtTime(loudness, until - edgeS);
  volume.gain.linearRampToValueAtTime(0, until);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(until);
}
