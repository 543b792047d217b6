/** One participant: their picture or avatar, their name and their marks. */

import { Hand, MicOff } from "lucide-react";
import { useEffect, useLayoutEffect, useRef } from "react";

import type { Tile } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { useLocale } from "../ui/locale";
import styles from "./CallTile.module.css";
import { TileMenu } from "./TileMenu";

type CallTileProps = {
  tile: Tile;
  width: number;
  height: number;
  floating?: boolean;
};

export function CallTile({ tile, width, height, floating = false }: CallTileProps) {
  const { t } = useLocale();
  const { person, self, stream, camera, microphone, speaking, connection, handAt, reaction } = tile;
  useSizeReport(tile, width, height);

  const name = self ? t.call.you : person.name;
  const marks = [
    microphone ? "" : t.call.muted,
    speaking ? t.call.speaking : "",
    handAt === null ? "" : t.floor.handRaised,
    connection === "reconnecting" ? t.call.reconnecting : "",
  ].filter(Boolean);
  return (
    <figure
      className={styles.tile}
      aria-label={t.call.tile(name, marks.join(", "))}
      data-speaking={speaking}
      data-floating={floating}
      style={{ inlineSize: width, blockSize: height }}
    >
      {camera && stream !== null ? (
        <Picture stream={stream} mirrored={self} />
      ) : (
        <span className={styles.face}>
          <Avatar person={person} size={Math.round(Math.min(width, height) * AVATAR_SHARE)} />
        </span>
      )}
      {connection !== "connected" && !self && (
        <p className={styles.veil}>
          {connection === "reconnecting" ? t.call.reconnecting : t.call.connecting}
        </p>
      )}
      {reaction !== null && (
        <span key={reaction} className={styles.reaction} aria-hidden="true">
          {reaction}
        </span>
      )}
      {!floating && (
        <span className={styles.menu}>
          <TileMenu tile={tile} look="overlay" />
        </span>
      )}
      <p className={styles.label} aria-hidden="true">
        {handAt !== null && <Hand size={15} strokeWidth={2.4} className={styles.hand} />}
        {!microphone && <MicOff size={14} strokeWidth={2.4} className={styles.mute} />}
        <span className={styles.name}>{name}</span>
      </p>
    </figure>
  );
}

type PictureProps = {
  stream: MediaStream;
  /** People know themselves from the mirror. */
  mirrored: boolean;
};

function Picture({ stream, mirrored }: PictureProps) {
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
      autoPlay
      playsInline
      muted
    />
  );
}

/** Tells the core how large the tile is drawn, and that it is gone. */
function useSizeReport(tile: Tile, width: number, height: number): void {
  const report = useRef(tile.setSize);
  useEffect(() => {
    report.current = tile.setSize;
  }, [tile.setSize]);
  useEffect(() => {
    report.current(width > 0 && height > 0 ? { width, height } : null);
  }, [width, height]);
  useEffect(() => () => report.current(null), []);
}

/** Edge of the avatar by the shorter edge of the tile. */
const AVATAR_SHARE = 0.4;
