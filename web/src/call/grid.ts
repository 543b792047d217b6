/** Fits the tiles of a call into a window. */

/** How tiles are laid out: so many columns of tiles of this size, in CSS pixels. */
export type Grid = {
  columns: number;
  rows: number;
  width: number;
  height: number;
};

/**
 * The layout in which `count` tiles cover the most of a `width` × `height` box.
 *
 * A tile takes the shape of its cell as far as `NARROWEST` and `WIDEST` allow: a face fits in all
 * of these, and a phone held upright gets upright tiles.
 */
export function fitGrid(count: number, width: number, height: number, gap: number): Grid {
  let best: Grid = { columns: 1, rows: Math.max(count, 1), width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = (height - gap * (rows - 1)) / rows;
    if (cellWidth <= 0 || cellHeight <= 0) continue;
    const tileWidth = Math.floor(Math.min(cellWidth, cellHeight * WIDEST));
    const tileHeight = Math.floor(Math.min(cellHeight, cellWidth / NARROWEST));
    if (tileWidth * tileHeight > best.width * best.height) {
      best = { columns, rows, width: tileWidth, height: tileHeight };
    }
  }
  return best;
}

/** Width by height of the widest tile: what cameras send. */
const WIDEST = 16 / 9;

/** Width by height of the narrowest tile: the middle of the picture still holds a face. */
const NARROWEST = 3 / 4;
