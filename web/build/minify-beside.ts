/** Minifies the scripts that stand beside the page, which Vite copies as they are. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minifySync, type Plugin, type ResolvedConfig } from "vite";

/** They go before everything else of the first load; their comments need not. */
export function minifyBeside(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "palabre:minify-beside",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle: {
      // They have been copied by then; the service worker knows them by their hash, so before that.
      order: "pre",
      sequential: true,
      handler() {
        const folder = join(config.root, config.build.outDir);
        for (const name of readdirSync(config.publicDir)) {
          if (name.endsWith(".js")) minifyFile(join(folder, name));
        }
      },
    },
  };
}

function minifyFile(path: string): void {
  const { code, errors } = minifySync(path, readFileSync(path, "utf8"));
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  writeFileSync(path, code);
}
