/** What a recording looks like: a few bars, the loudest as high as there is room. */

/** Cuts levels of 0 to 1 into bars of 0 to 100. */
export function waveform(levels: readonly number[]): number[] {
  const count = Math.min(MAX_BARS, Math.max(1, levels.length));
  const bars = Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * levels.length) / count));
    return Math.max(0, ...levels.slice(from, to));
  });
  const loudest = Math.max(...bars, QUIETEST);
  return bars.map((bar) => Math.round((Math.min(bar, loudest) / loudest) * 100));
}

/** How loud samples of -1 to 1 are together, 0 to 1. */
export function loudness(samples: Float32Array): number {
  const sum = samples.reduce((total, sample) => total + sample * sample, 0);
  return Math.sqrt(sum / Math.max(1, samples.length));
}

/** Bars of a recording; the server takes 64. */
const MAX_BARS = 48;

/** Silence stays low, although it is the loudest there is. */
const QUIETEST = 0.02;
