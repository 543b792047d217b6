/** The one picture that a small call has room for: a shared screen, or who spoke last. */

import type { ReactNode } from "react";

import type { CurrentCall, ScreenTile, Tile } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { useLocale } from "../ui/locale";
import styles from "./CallPicture.module.css";
import { CallProgress } from "./CallProgress";
import { useBoxSize } from "./useBoxSize";
import { useSizeReport } from "./useSizeReport";
import { VideoPicture } from "./VideoPicture";

type CallPictureProps = {
  call: CurrentCall;
  /** Lies over the picture, under the words: what a press on it does. */
  children?: ReactNode;
};

export function CallPicture({ call, children }: CallPictureProps) {
  const { t } = useLocale();
  const { box, width, height } = useBoxSize();
  const shown = shownIn(call);
  const { screen, tile, stream } = shown;
  const picture = screen ?? tile;
  const name = screen
    ? t.call.shares(screen.person.name)
    : tile?.self
      ? t.call.you
      : tile?.person.name;
  return (
    <div ref={box} className={styles.picture}>
      {picture && (
        <Wanted key={keyOf(picture)} setSize={picture.setSize} width={width} height={height} />
      )}
      {stream !== null ? (
        <VideoPicture
          stream={stream}
          mirrored={screen === undefined && tile?.self === true}
          whole={screen !== undefined}
        />
      ) : (
        picture && <Avatar person={picture.person} size={AVATAR_PX} />
      )}
      {children}
      <p className={styles.head}>
        <span className={styles.title}>{call.title}</span>
        <CallProgress call={call} />
      </p>
      {call.stage.kind === "connected" && name !== undefined && name !== call.title && (
        <p className={styles.name}>
          <span className={styles.title}>{name}</span>
        </p>
      )}
    </div>
  );
}

/** What a small call shows, and what moves in it. */
export function shownIn({ screens, tiles, layout }: CurrentCall): {
  screen: ScreenTile | undefined;
  tile: Tile | undefined;
  stream: MediaStream | null;
} {
  const key = layout.featured ?? layout.spoke;
  const screen = screens.find((other) => other.key === key);
  const tile = tiles.find(({ participant }) => participant === key) ?? tiles[0];
  const stream = screen ? screen.stream : tile?.camera ? tile.stream : null;
  return { screen, tile, stream };
}

function keyOf(picture: ScreenTile | Tile): string {
  return "key" in picture ? picture.key : picture.participant;
}

type WantedProps = Pick<Tile, "setSize"> & { width: number; height: number };

/** Asks for a picture in its size, and no longer when another one takes its place. */
function Wanted({ setSize, width, height }: WantedProps) {
  useSizeReport(setSize, width, height);
  return null;
}

const AVATAR_PX = 64;
