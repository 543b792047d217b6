/** One participant: their picture or avatar, their name and their marks. */

import { Hand, MicOff, Pin, SignalLow } from "lucide-react";

import type { Catalogue } from "../core/i18n";
import type { CallLayout, Tile } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { useLocale } from "../ui/locale";
import styles from "./CallTile.module.css";
import { TileMenu } from "./TileMenu";
import { useSizeReport } from "./useSizeReport";
import { VideoPicture } from "./VideoPicture";

type CallTileProps = {
  tile: Tile;
  layout: CallLayout;
  width: number;
  height: number;
  floating?: boolean;
};

export function CallTile({ tile, layout, width, height, floating = false }: CallTileProps) {
  const { t } = useLocale();
  const { person, self, stream, camera, paused } = tile;
  const { microphone, speaking, connection, onHold, weak, handAt, reaction } = tile;
  useSizeReport(tile.setSize, width, height);
  const pinned = layout.pinned === tile.participant;

  const veil = self ? null : veilOver(tile, t);
  const name = self ? t.call.you : person.name;
  const marks = [
    onHold ? t.call.onHold : microphone ? "" : t.call.muted,
    speaking ? t.call.speaking : "",
    pinned ? t.call.pinned : "",
    handAt === null ? "" : t.floor.handRaised,
    connection === "reconnecting" ? t.call.reconnecting : "",
    connection === "connected" && weak ? t.quality.weak : "",
    connection === "connected" && paused !== null ? t.call.paused[paused] : "",
  ].filter(Boolean);
  return (
    <figure
      className={styles.tile}
      aria-label={t.call.tile(name, marks.join(", "))}
      data-speaking={speaking}
      data-floating={floating}
      data-small={height < LEAST_WITH_MENU_PX}
      style={{ inlineSize: width, blockSize: height }}
    >
      {camera && stream !== null ? (
        <VideoPicture stream={stream} mirrored={self} />
      ) : (
        <span className={styles.face}>
          <Avatar person={person} size={Math.round(Math.min(width, height) * AVATAR_SHARE)} />
        </span>
      )}
      {veil !== null && <p className={styles.veil}>{veil}</p>}
      {connection === "connected" && paused !== null && (
        <p className={styles.paused}>{t.call.paused[paused]}</p>
      )}
      {reaction !== null && (
        <span key={reaction} className={styles.reaction} aria-hidden="true">
          {reaction}
        </span>
      )}
      {!floating && height >= LEAST_WITH_MENU_PX && (
        <span className={styles.menu}>
          <TileMenu tile={tile} layout={layout} look="overlay" />
        </span>
      )}
      <p className={styles.label} aria-hidden="true">
        {pinned && <Pin size={14} strokeWidth={2.4} />}
        {handAt !== null && <Hand size={15} strokeWidth={2.4} className={styles.hand} />}
        {!microphone && <MicOff size={14} strokeWidth={2.4} className={styles.mute} />}
        {weak && <SignalLow size={15} strokeWidth={2.8} className={styles.weak} />}
        <span className={styles.name}>{name}</span>
      </p>
    </figure>
  );
}

/** A lower tile has room for the face and the name; the list of people has the same menu. */
const LEAST_WITH_MENU_PX = 80;

/** Edge of the avatar by the shorter edge of the tile. */
const AVATAR_SHARE = 0.4;

/** Why nothing comes of somebody just now. */
function veilOver({ connection, onHold }: Tile, t: Catalogue): string | null {
  if (connection === "connected") return onHold ? t.call.onHold : null;
  return connection === "reconnecting" ? t.call.reconnecting : t.call.connecting;
}
