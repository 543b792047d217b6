/** Records what the microphone hears, and how loud it is. */

import { useEffect, useRef, useState } from "react";

import type { PickedFile } from "../core/model";
import { loudness, waveform } from "./waveform";

/** Why there is no recording. */
export type RecordingRefusal = "denied" | "missing" | "insecure" | "unknown";

/** A recording under way. */
export type Recording = {
  state: { kind: "starting" } | { kind: "recording" } | { kind: "refused"; why: RecordingRefusal };
  durationMs: number;
  /** How loud it was of late, 0 to 100 each. */
  recent: readonly number[];
  /** Ends it; null when nothing was heard long enough. */
  finish: () => Promise<PickedFile | null>;
};

/** Starts when it is first drawn; leaving it undone discards it. */
export function useRecorder(): Recording {
  const [state, setState] = useState<Recording["state"]>({ kind: "starting" });
  const [durationMs, setDuration] = useState(0);
  const [recent, setRecent] = useState<readonly number[]>([]);
  const session = useRef<Session | null>(null);

  useEffect(() => {
    let given = false;
    begin().then(
      (begun) => {
        if (given) {
          begun.end();
          return;
        }
        session.current = begun;
        setState({ kind: "recording" });
      },
      (error: unknown) => {
        if (!given) setState({ kind: "refused", why: refusalOf(error) });
      },
    );
    const ticking = setInterval(() => {
      const { current } = session;
      if (current === null) return;
      current.listen();
      setDuration(current.durationMs());
      setRecent(current.levels.slice(-RECENT).map((level) => Math.min(100, level * LOUD)));
      if (current.durationMs() > MAX_MS) current.pause();
    }, TICK_MS);
    return () => {
      given = true;
      clearInterval(ticking);
      session.current?.end();
      session.current = null;
    };
  }, []);

  const finish = async (): Promise<PickedFile | null> => {
    const { current } = session;
    session.current = null;
    if (current === null) return null;
    const duration_ms = current.durationMs();
    const blob = await current.stop();
    if (duration_ms < MIN_MS || blob.size === 0) return null;
    const ending = blob.type.includes("mp4") ? "m4a" : blob.type.includes("ogg") ? "ogg" : "webm";
    const voice = { duration_ms, waveform: waveform(current.levels) };
    return { name: `voice.${ending}`, blob, voice };
  };
  return { state, durationMs, recent, finish };
}

type Session = {
  levels: number[];
  listen: () => void;
  durationMs: () => number;
  pause: () => void;
  stop: () => Promise<Blob>;
  end: () => void;
};

async function begin(): Promise<Session> {
  if (navigator.mediaDevices === undefined) throw new DOMException("", "SecurityError");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, {
    audioBitsPerSecond: BITS_PER_SECOND,
    ...(mimeType !== undefined && { mimeType }),
  });
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 2_048 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const pieces: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  const began = performance.now();
  let ended: number | null = null;
  recorder.start(PIECE_MS);

  const levels: number[] = [];
  const end = (): void => {
    ended ??= performance.now();
    if (recorder.state !== "inactive") recorder.stop();
    // The sign that the browser shows goes out with the last track.
    for (const track of stream.getTracks()) track.stop();
    void context.close().catch(() => {});
  };
  return {
    levels,
    listen: () => {
      if (ended !== null) return;
      analyser.getFloatTimeDomainData(samples);
      levels.push(loudness(samples));
    },
    durationMs: () => Math.round((ended ?? performance.now()) - began),
    pause: () => {
      ended ??= performance.now();
      if (recorder.state === "recording") recorder.pause();
    },
    stop: () =>
      new Promise((resolve) => {
        const type = recorder.mimeType.split(";")[0] ?? "";
        recorder.addEventListener("stop", () => resolve(new Blob(pieces, { type })));
        end();
      }),
    end,
  };
}

function refusalOf(error: unknown): RecordingRefusal {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "denied";
  if (name === "NotFoundError") return "missing";
  return name === "SecurityError" ? "insecure" : "unknown";
}

/** What browsers can record, the smallest first. */
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

/** Speech in Opus is clear at that; a minute is 180 kB. */
const BITS_PER_SECOND = 24_000;

/** Kept in pieces, in ms: what was said is there when the recorder fails. */
const PIECE_MS = 1_000;

/** Between two looks at how loud it is, in ms. */
const TICK_MS = 60;

/** What is shorter was a slip of the finger; what is longer is no message, in ms. */
const MIN_MS = 600;
const MAX_MS = 15 * 60_000;

/** Levels that are shown, and what makes speech fill the bars. */
const RECENT = 40;
const LOUD = 400;
