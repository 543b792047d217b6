/** How loud a track is, 0 to 1, followed. */

import { useEffect, useState } from "react";

export function useLevel(track: MediaStreamTrack | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (track === null || typeof AudioContext === "undefined") return;
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 512 });
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      setLevel(Math.min(1, Math.sqrt(power) * SPEECH_GAIN));
    }, INTERVAL_MS);
    return () => {
      clearInterval(timer);
      void context.close();
      setLevel(0);
    };
  }, [track]);
  return level;
}

/** Often enough to look alive, in ms. */
const INTERVAL_MS = 80;

/** Speech close to a microphone has some 0.1 of the full scale, and should fill most of a meter. */
const SPEECH_GAIN = 6;
