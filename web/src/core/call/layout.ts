/**
 * How a call is laid out: everybody in a grid, or one picture large and the others beside it.
 *
 * What was pinned is large for as long as it is there. Else a shared screen is; else, in the speaker
 * view, who spoke last, so that the picture does not jump away in every pause.
 */

import type { KeyValue } from "../environment";
import type { CallLayout, CallLayoutMode, ScreenTile, Tile } from "../model";

/** One call's layout. */
export class Layout {
  #pinned: string | null = null;
  #spoke: string | null = null;

  constructor(
    private readonly shared: KeyValue,
    private readonly onChange: () => void,
  ) {}

  draw(tiles: readonly Tile[], screens: readonly ScreenTile[]): CallLayout {
    const mode = this.#mode;
    const keys = [...screens.map(({ key }) => key), ...tiles.map(({ participant }) => participant)];
    const here = (key: string | null): string | null =>
      key !== null && keys.includes(key) ? key : null;
    const others = tiles.filter(({ self }) => !self);
    this.#spoke = others.find(({ speaking }) => speaking)?.participant ?? here(this.#spoke);
    const spoke = this.#spoke ?? others[0]?.participant ?? null;
    const pinned = here(this.#pinned);
    return {
      mode,
      setMode: (next) => this.#setMode(next),
      pinned,
      pin: (key) => this.#pin(key),
      spoke,
      featured: pinned ?? screens.at(-1)?.key ?? (mode === "speaker" ? spoke : null),
    };
  }

  get #mode(): CallLayoutMode {
    return this.shared.getItem(MODE_KEY) === "speaker" ? "speaker" : "grid";
  }

  #setMode(mode: CallLayoutMode): void {
    this.shared.setItem(MODE_KEY, mode);
    // Whoever asks for the grid does not want one picture large.
    this.#pinned = null;
    this.onChange();
  }

  #pin(key: string | null): void {
    this.#pinned = key;
    this.onChange();
  }
}

const MODE_KEY = "palabre.call-layout";
