/** Blurring what is behind a person in the picture of their camera, before anybody gets it. */

import type { KeyValue } from "../environment";

/** Blurs pictures of a camera. */
export type Blur = {
  /**
   * Gives the blurred picture once there is one; rejects when this machine cannot. `onFailed` says
   * that it cannot go on: it is too slow, or the worker broke.
   */
  start: (camera: MediaStreamTrack, onFailed: () => void) => Promise<Blurred>;
};

/** A picture that is blurred, until `stop`. */
export type Blurred = { track: MediaStreamTrack; stop: () => void };

/** Whether this browser is to blur. */
export function wantsBlur(shared: KeyValue): boolean {
  return shared.getItem(KEY) !== null;
}

export function setWantsBlur(shared: KeyValue, on: boolean): void {
  if (on) shared.setItem(KEY, "on");
  else shared.removeItem(KEY);
}

/** The browser's own; undefined where it gives pages no single pictures of a camera. */
export function browserBlur(): Blur | undefined {
  const { MediaStreamTrackProcessor: Processor, MediaStreamTrackGenerator: Generator } =
    globalThis as Partial<Breakouts>;
  if (Processor === undefined || Generator === undefined) return undefined;
  return {
    start: (camera, onFailed) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(WORKER);
        const output = new Generator({ kind: "video" });
        // Whoever asks how large the picture is, as for its layers, is to be told.
        output.getSettings = () => camera.getSettings();
        const stop = (): void => {
          worker.terminate();
          output.stop();
        };
        const fail = (): void => {
          stop();
          reject(new DOMException("", "NotSupportedError"));
          onFailed();
        };
        worker.onerror = fail;
        worker.onmessage = ({ data }) => {
          if (data === "begun") resolve({ track: output, stop });
          else fail();
        };
        const { readable } = new Processor({ track: camera, maxBufferSize: 1 });
        const { writable } = output;
        worker.postMessage({ readable, writable }, [readable, writable] as Transferable[]);
      }),
  };
}

/** Breakout Box (MediaStreamTrack Insertable Media Processing using Streams), as Chromium has it. */
type Breakouts = {
  MediaStreamTrackProcessor: new (init: {
    track: MediaStreamTrack;
    maxBufferSize: number;
  }) => { readable: ReadableStream };
  MediaStreamTrackGenerator: new (init: {
    kind: "video";
  }) => MediaStreamTrack & { writable: WritableStream };
};

/** Where `build/blur-model.ts` puts it. */
const WORKER = "/assets/blur-0.1.1675465747-1/worker.js";

const KEY = "palabre.blur";
