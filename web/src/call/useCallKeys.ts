/** The keys of a call: microphone, camera, screen, and the space bar to talk while it is held. */

import { useEffect, useRef } from "react";

import type { CurrentCall } from "../core/model";
import { useShortcuts } from "../ui/useShortcuts";

/** Listens in `view`: a window of its own has keys of its own. */
export function useCallKeys(call: CurrentCall, view?: Window): void {
  const { microphone, camera, screen } = call;
  const { toggle } = microphone;
  const { kind } = microphone.state;
  const talk = useRef<"no" | "held" | "over">("no");

  useEffect(() => {
    // It was let go of while the microphone was still being opened.
    if (talk.current !== "over" || kind !== "on") return;
    talk.current = "no";
    toggle?.();
  }, [kind, toggle]);

  const begin = (): void => {
    talk.current = "held";
    toggle?.();
  };
  const { start } = screen;
  useShortcuts(
    {
      microphone: toggle,
      camera: camera.toggle,
      screen: screen.stop ?? (start && (() => start(screen.mode))),
      talk: kind === "off" ? begin : undefined,
      release: (id) => {
        if (id !== "talk" || talk.current !== "held") return;
        talk.current = kind === "starting" ? "over" : "no";
        if (kind === "on") toggle?.();
      },
    },
    view,
  );
}
