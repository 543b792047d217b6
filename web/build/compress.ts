/** Writes every text of the build a second time, compressed as far as Brotli can (RFC 7932). */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin, ResolvedConfig } from "vite";

/** Writes `X.br` beside `X`; the server sends it to browsers that read it (`src/http/assets.rs`). */
export function compress(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "palabre:compress",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle: {
      // Every plugin before this one has written its files.
      order: "post",
      sequential: true,
      handler() {
        const folder = join(config.root, config.build.outDir);
        for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
          if (TEXT.test(path) && !OFTEN_ASKED.test(path)) compressFile(join(folder, path));
        }
      },
    },
  };
}

function compressFile(path: string): void {
  const data = readFileSync(path);
  if (data.length < MIN_BYTES) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: data.length < LARGE_BYTES ? BEST : GOOD,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
  };
  const compressed = brotliCompressSync(data, { params });
  if (compressed.length < data.length) writeFileSync(`${path}.br`, compressed);
}

const TEXT = /\.(html|js|css|svg|json|webmanifest|wasm)$/;

/** Browsers ask whether it has changed, far more often than they get it. */
const OFTEN_ASKED = /^sw\.js$/;

/** The last percents of so large a file take half a minute. */
const LARGE_BYTES = 1_024 * 1_024;
const BEST = constants.BROTLI_MAX_QUALITY;
const GOOD = 9;

/** Smaller files fit into one packet either way. */
const MIN_BYTES = 1_024;
