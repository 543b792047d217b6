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

/** One picture large and others small. */
export type StagePlan = {
  large: { width: number; height: number };
  small: { width: number; height: number };
  /** How many of the small ones have room. */
  shown: number;
  /** Where they stand. */
  side: "beside" | "below";
};

/** Plans a `width` × `height` box with one large picture and up to `count` small ones. */
export function fitStage(count: number, width: number, height: number, gap: number): StagePlan {
  const side = width > height * SIDE_FROM ? "beside" : "below";
  const [along, across] = side === "beside" ? [height, width] : [width, height];
  const depth = Math.round(Math.min(MAX_STRIP_PX, Math.max(MIN_STRIP_PX, across * STRIP_SHARE)));
  // Where the large one would hardly be larger than the small ones, it stands alone.
  const fits = count > 0 && across >= 3 * depth;
  const small =
    side === "beside"
      ? { width: depth, height: Math.round(depth / WIDEST) }
      : { width: Math.round(depth / NARROWEST), height: depth };
  const step = (side === "beside" ? small.height : small.width) + gap;
  const shown = fits ? Math.min(count, Math.max(0, Math.floor((along + gap) / step))) : 0;
  const left = Math.max(0, across - (shown > 0 ? depth + gap : 0));
  const large = side === "beside" ? { width: left, height } : { width, height: left };
  return { large, small, shown, side };
}

/** From this shape on the small ones stand beside the large one. */
const SIDE_FROM = 1.2;

/** How deep the row of small ones is, of the box and in CSS pixels. */
const STRIP_SHARE = 0.18;
const MIN_STRIP_PX = 84;
const MAX_STRIP_PX = 240;

/** Width by height of the widest tile: what cameras send. */
const WIDEST = 16 / 9;

/** Width by height of the narrowest tile: the middle of the picture still holds a face. */
const NARROWEST = 3 / 4;
