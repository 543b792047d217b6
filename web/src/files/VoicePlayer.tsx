/** Plays a voice message: its waveform is where one is in it, and can be pressed to go elsewhere. */

import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import type { AttachmentView } from "../core/model";
import { clockDuration } from "../ui/format";
import { useLocale } from "../ui/locale";
import styles from "./VoicePlayer.module.css";

export function VoicePlayer({ voice }: { voice: Extract<AttachmentView, { kind: "voice" }> }) {
  const { t, language } = useLocale();
  const { durationMs, waveform, url, progress } = voice;
  const player = usePlayer(url, durationMs);
  const times = new Intl.NumberFormat(language).format(player.speed);
  const at = player.playing || player.at > 0 ? player.at : durationMs;
  return (
    <div className={styles.voice}>
      <button
        type="button"
        className={styles.play}
        aria-label={player.playing ? t.files.pause : t.files.play}
        onClick={player.toggle}
      >
        {player.playing ? <Pause size={20} /> : <Play size={20} className="flips" />}
      </button>
      <div className={styles.track}>
        <Waveform bars={waveform} at={progress ?? player.at / durationMs} />
        <input
          type="range"
          className={styles.seek}
          aria-label={t.files.playing}
          aria-valuetext={clockDuration(player.at)}
          min={0}
          max={durationMs}
          step={SEEK_STEP_MS}
          value={player.at}
          onChange={(event) => player.seek(Number(event.target.value))}
        />
      </div>
      <span className={styles.time}>{clockDuration(at)}</span>
      <button
        type="button"
        className={styles.speed}
        aria-label={t.files.speed(times)}
        onClick={player.faster}
      >
        {times}×
      </button>
    </div>
  );
}

type WaveformProps = {
  /** 0 to 100 each. */
  bars: readonly number[];
  /** How much of it is over, 0 to 1. */
  at: number;
};

/** The bars of a recording; those that were heard stand out. */
export function Waveform({ bars, at }: WaveformProps) {
  return (
    <span className={styles.bars} aria-hidden="true">
      {bars.map((loudness, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
          key={index}
          className={styles.bar}
          data-over={(index + 0.5) / bars.length < at}
          style={{ blockSize: `${Math.max(8, loudness)}%` }}
        />
      ))}
    </span>
  );
}

function usePlayer(url: string, durationMs: number) {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [speed, setSpeed] = useState<number>(SPEEDS[0]);

  const element = (): HTMLAudioElement => {
    if (audio.current !== null) return audio.current;
    const made = new Audio(url);
    made.preload = "auto";
    made.addEventListener("play", () => setPlaying(true));
    made.addEventListener("pause", () => setPlaying(false));
    made.addEventListener("timeupdate", () =>
      setAt(Math.min(durationMs, Math.round(made.currentTime * 1_000))),
    );
    made.addEventListener("ended", () => {
      made.currentTime = 0;
      setAt(0);
    });
    audio.current = made;
    return made;
  };
  useEffect(
    () => () => {
      audio.current?.pause();
      audio.current = null;
    },
    [],
  );

  return {
    playing,
    at,
    speed,
    toggle: () => {
      const one = element();
      if (!one.paused) {
        one.pause();
        return;
      }
      // Two at once cannot be understood.
      if (sounding !== one) sounding?.pause();
      sounding = one;
      one.playbackRate = speed;
      void one.play().catch(() => setPlaying(false));
    },
    seek: (ms: number) => {
      element().currentTime = ms / 1_000;
      setAt(ms);
    },
    faster: () => {
      const next = SPEEDS[(SPEEDS.indexOf(speed as 1) + 1) % SPEEDS.length] ?? 1;
      setSpeed(next);
      if (audio.current !== null) audio.current.playbackRate = next;
    },
  };
}

/** The voice message that plays in this page. */
let sounding: HTMLAudioElement | null = null;

const SPEEDS = [1, 1.5, 2] as const;

/** How far an arrow key goes, in ms. */
const SEEK_STEP_MS = 500;
