/** A moving picture. Its sound is played by the core. */

import { useLayoutEffect, useRef } from "react";

import styles from "./VideoPicture.module.css";

type VideoPictureProps = {
  stream: MediaStream;
  /** People know themselves from the mirror. */
  mirrored?: boolean;
  /** All of it is shown, as of a screen; a face may lose its edges. */
  whole?: boolean;
};

export function VideoPicture({ stream, mirrored = false, whole = false }: VideoPictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.srcObject = stream;
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={video}
      className={styles.video}
      data-mirrored={mirrored}
      data-whole={whole}
      autoPlay
      playsInline
      muted
    />
  );
}
