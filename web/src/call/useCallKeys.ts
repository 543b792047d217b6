/** M switches the microphone and V the camera, unless one is writing. */

import { useEffect } from "react";

import type { CurrentCall } from "../core/model";

export function useCallKeys(call: CurrentCall): void {
  const toggleMicrophone = call.microphone.toggle;
  const toggleCamera = call.camera.toggle;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || writing(event)) return;
      const key = event.key.toLowerCase();
      if (key === "m") toggleMicrophone?.();
      if (key === "v") toggleCamera?.();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [toggleMicrophone, toggleCamera]);
}

function writing(event: KeyboardEvent): boolean {
  const target = event.target;
  return target instanceof Element && target.closest("input, textarea, [role=menu]") !== null;
}
