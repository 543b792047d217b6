/** Plays a voice message: its waveform is where one is in it, and can be pressed to go elsewhere. */

import { Mic, Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import type { AttachmentView, Listening } from "../core/model";
import { clockDuration } from "../ui/format";
import { useLocale } from "../ui/locale";
import styles from "./VoicePlayer.module.css";

type VoicePlayerProps = {
  voice: Extract<AttachmentView, { kind: "voice" }>;
  /** Null where that is not told. */
  listening?: Listening | null;
  /** It has begun to play. */
  listen?: (() => void) | undefined;
};

export function VoicePlayer({ voice, listening = null, listen }: VoicePlayerProps) {
  const { t, language } = useLocale();
  const { durationMs, waveform, url, progress } = voice;
  const player = usePlayer(url, durationMs, listen);
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
      <span className={styles.end}>
        {listening !== null && <Listened listening={listening} />}
        <span className={styles.time}>{clockDuration(at)}</span>
      </span>
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

/** A microphone that takes colour: of one's own once all have listened, of others' once one has. */
function Listened({ listening }: { listening: Listening }) {
  const { t } = useLocale();
  const mine = listening.of === "mine";
  const done = mine ? listening.all : listening.done;
  const some = mine && !listening.all && listening.count > 0;
  const label = done
    ? t.files.listened
    : some
      ? t.files.listeners(listening.count)
      : t.files.notListened;
  return (
    <span
      className={styles.listened}
      data-done={done}
      data-waits={!mine && !done}
      role="img"
      aria-label={label}
      title={label}
    >
      <Mic size={14} strokeWidth={2.4} aria-hidden="true" />
    </span>
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

function usePlayer(url: string, durationMs: number, listen: (() => void) | undefined) {
  const audio = useRef<HTMLAudioElement | null>(null);
  const begun = useRef(listen);
  begun.current = listen;
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [speed, setSpeed] = useState<number>(SPEEDS[0]);

  const element = (): HTMLAudioElement => {
    if (audio.current !== null) return audio.current;
    const made = new Audio(url);
    made.preload = "auto";
    made.addEventListener("play", () => setPlaying(true));
    // Heard, and not only asked for.
    made.addEventListener("playing", () => begun.current?.());
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
