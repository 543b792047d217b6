/** Builds the service worker after the app, with the list of what it keeps for use offline. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin, type ResolvedConfig } from "vite";

import type { ShellFile } from "../src/sw/shell-list";

/** Writes `sw.js` beside the page; see `src/sw`. */
export function serviceWorker(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "palabre:service-worker",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      const folder = join(config.root, config.build.outDir);
      const shell = shellFiles(folder);
      const version = hash(JSON.stringify(shell));
      await build({
        configFile: false,
        root: config.root,
        logLevel: "warn",
        publicDir: false,
        define: { SHELL_FILES: JSON.stringify(shell), SHELL_VERSION: JSON.stringify(version) },
        build: {
          outDir: config.build.outDir,
          emptyOutDir: false,
          target: config.build.target,
          modulePreload: false,
          rolldownOptions: {
            input: join(config.root, "src/sw/main.ts"),
            // One classic script under a fixed name: browsers look for news at that address.
            output: { format: "iife", entryFileNames: "sw.js" },
          },
        },
      });
    },
  };
}

/** What a page needs to start and to open everything in it without a network. */
function shellFiles(folder: string): ShellFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => isShell(path) && statSync(join(folder, path)).size <= MAX_KEPT_BYTES)
    .sort()
    .map((path) => ({ url: `/${path}`, revision: hash(readFileSync(join(folder, path))) }));
}

function isShell(path: string): boolean {
  return !NOT_KEPT.test(path) && KEPT.test(path);
}

function hash(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex").slice(0, 16);
}

const KEPT = /\.(html|js|css|svg|woff2|webmanifest|png)$/;

/**
 * Icons for app stores and home screens are read once, by the system and not by a page; few want their
 * background blurred.
 */
const NOT_KEPT = /^sw\.js$|^assets\/blur-|^icons\/(?!icon-192|badge)/;

/** Larger files are kept when they are first used, so that installing stays cheap on a slow link. */
const MAX_KEPT_BYTES = 768 * 1024;
