/**
 * A window of its own for a call, which stays above other programs (Document Picture-in-Picture).
 *
 * Chromium alone has such windows as yet; it also opens one by itself, when asked to, as soon as one
 * goes to another tab in a call.
 */

import { useEffect, useEffectEvent, useState } from "react";

type CallWindow = {
  /** Null while there is none. */
  view: Window | null;
  /** To be called from a press; undefined where the browser has no such windows. */
  open: (() => void) | undefined;
  close: () => void;
};

/** `opened` is called when the window is there; it closes by itself when the call is not `running`. */
export function useCallWindow(running: boolean, opened: () => void): CallWindow {
  const [view, setView] = useState<Window | null>(null);
  const windows = window.documentPictureInPicture;
  const open = async (): Promise<void> => {
    const fresh = await windows?.requestWindow({ width: WIDTH_PX, height: HEIGHT_PX });
    if (fresh === undefined) return;
    fresh.addEventListener("pagehide", () => setView(null), { once: true });
    setView(fresh);
    opened();
  };
  // Without a press, or where the person forbade it, the browser refuses; the page stays as it is.
  const tryOpen = (): void => void open().catch(() => undefined);
  const openByItself = useEffectEvent(tryOpen);
  useEffect(() => {
    if (running) return;
    view?.close();
  }, [running, view]);
  useEffect(() => {
    if (!running || window.documentPictureInPicture === undefined) return;
    answerTabSwitch(openByItself);
    return () => answerTabSwitch(null);
  }, [running]);
  return {
    view,
    open: windows && running ? tryOpen : undefined,
    close: () => view?.close(),
  };
}

/** What the browser does when one leaves the tab of a call; browsers that do not know of it throw. */
function answerTabSwitch(handler: (() => void) | null): void {
  try {
    navigator.mediaSession?.setActionHandler(
      "enterpictureinpicture" as MediaSessionAction,
      handler,
    );
  } catch {
    // Then nothing opens by itself.
  }
}

declare global {
  interface Window {
    /** https://wicg.github.io/document-picture-in-picture/ */
    documentPictureInPicture?: {
      requestWindow: (size: { width: number; height: number }) => Promise<Window>;
    };
  }
}

const WIDTH_PX = 340;
const HEIGHT_PX = 280;
