/** All tiles of a call, as large as the room for them allows. */

import type { CallLayout, Tile } from "../core/model";
import styles from "./CallGrid.module.css";
import { CallTile } from "./CallTile";
import { fitGrid } from "./grid";
import { useBoxSize } from "./useBoxSize";

type CallGridProps = {
  tiles: readonly Tile[];
  layout: CallLayout;
};

export function CallGrid({ tiles, layout }: CallGridProps) {
  const { box, width, height } = useBoxSize();
  // With two, the other has the room and oneself the corner.
  const self = tiles.length === 2 ? tiles.find((tile) => tile.self) : undefined;
  const large = tiles.filter((tile) => tile !== self).slice(0, MOST_TILES);
  const hidden = tiles.length - large.length - (self === undefined ? 0 : 1);
  const grid = fitGrid(large.length, width, height, GAP_PX);
  const single = large.length === 1;
  const corner = Math.round(Math.min(width * 0.28, MAX_CORNER_PX));
  return (
    <div ref={box} className={styles.box}>
      <div className={styles.grid} style={{ gap: GAP_PX, maxInlineSize: rowWidth(grid) }}>
        {large.map((tile) => (
          <CallTile
            key={tile.participant}
            tile={tile}
            layout={layout}
            width={single ? width : grid.width}
            height={single ? height : grid.height}
          />
        ))}
      </div>
      {self && (
        <div className={styles.corner}>
          <CallTile
            tile={self}
            layout={layout}
            floating
            width={corner}
            height={Math.round(width < height ? corner / NARROW : corner / WIDE)}
          />
        </div>
      )}
      {hidden > 0 && <p className={styles.hidden}>+{hidden}</p>}
    </div>
  );
}

/** As wide as one row, so that rows break where the grid says and the last one is centred. */
function rowWidth(grid: { columns: number; width: number }): number | undefined {
  if (grid.columns <= 1) return undefined;
  return grid.columns * grid.width + (grid.columns - 1) * GAP_PX;
}

const GAP_PX = 8;
const MOST_TILES = 25;
const MAX_CORNER_PX = 240;
const NARROW = 3 / 4;
const WIDE = 4 / 3;
