import { expect, test, vi } from "vitest";

import { settled } from "../testing/clock";
import { storage } from "../testing/world";
import { Screen } from "./screen";

function track(kind: "audio" | "video"): MediaStreamTrack {
  return { kind, contentHint: "", onended: null, stop: vi.fn() } as unknown as MediaStreamTrack;
}

function picker(pick: () => Promise<MediaStreamTrack[]>) {
  const getDisplayMedia = async () => {
    const tracks = await pick();
    return {
      getTracks: () => tracks,
      getVideoTracks: () => tracks.filter(({ kind }) => kind === "video"),
      getAudioTracks: () => tracks.filter(({ kind }) => kind === "audio"),
    };
  };
  const onTracks = vi.fn();
  const devices = { getDisplayMedia } as unknown as MediaDevices;
  const environment = { devices, shared: storage() };
  const screen = new Screen(environment, { onTracks, onChange: () => {} });
  return { screen, onTracks };
}

test("what is shared is hinted as it was asked for, also when that changes", async () => {
  const video = track("video");
  const { screen, onTracks } = picker(async () => [video, track("audio")]);

  screen.control(true).start?.("text");
  await settled();
  expect(screen.control(true).state).toEqual({ kind: "on", sound: true });
  expect(video.contentHint).toBe("text");

  screen.control(true).setMode?.("motion");
  expect(video.contentHint).toBe("motion");
  expect(onTracks).toHaveBeenCalledTimes(2);
});

test("the browser's own button ends it", async () => {
  const video = track("video");
  const { screen, onTracks } = picker(async () => [video]);
  await screen.start("text");

  video.onended?.(new Event("ended"));

  expect(screen.control(true).state).toEqual({ kind: "off" });
  expect(screen.video).toBeNull();
  expect(onTracks).toHaveBeenCalledTimes(2);
});

test("who closes the picker is told nothing; who is kept from it by the system is", async () => {
  let words = "Permission denied";
  const { screen } = picker(() =>
    Promise.reject(Object.assign(new Error(words), { name: "NotAllowedError" })),
  );
  await screen.start("text");
  expect(screen.control(true).state).toEqual({ kind: "off" });

  words = "Permission denied by system";
  await screen.start("text");
  expect(screen.control(true).state).toEqual({ kind: "refused", reason: "denied" });
});

test("a screen that was picked after the call ended is let go of", async () => {
  const video = track("video");
  let pick: (tracks: MediaStreamTrack[]) => void = () => {};
  const { screen } = picker(() => new Promise((resolve) => (pick = resolve)));
  const starting = screen.start("text");

  screen.stop();
  pick([video]);
  await starting;

  expect(video.stop).toHaveBeenCalledOnce();
  expect(screen.on).toBe(false);
});

test("where browsers share no screens, or the rules forbid it, it cannot be started", () => {
  const { screen } = picker(async () => []);
  expect(screen.control(false).start).toBeUndefined();
  const without = new Screen(
    { devices: undefined, shared: storage() },
    {
      onTracks: () => {},
      onChange: () => {},
    },
  );
  expect(without.control(true)).toMatchObject({ possible: false, start: undefined });
});
