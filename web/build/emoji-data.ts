/** Serves the names of emoji ourselves: no request of the app goes to anybody else. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

/** Puts the data of emojibase where the emoji picker asks for it, under its version. */
export function emojiData(): Plugin {
  const resolve = createRequire(import.meta.url).resolve;
  const read = (file: string): Buffer => readFileSync(resolve(`emojibase-data/${file}`));
  return {
    name: "palabre:emoji-data",
    generateBundle() {
      for (const file of FILES) {
        this.emitFile({ type: "asset", fileName: `${FOLDER}/${file}`, source: read(file) });
      }
    },
    configureServer(server) {
      server.middlewares.use(`/${FOLDER}`, (request, response, next) => {
        const file = FILES.find((known) => request.url === `/${known}`);
        if (file === undefined) return next();
        response.setHeader("content-type", "application/json");
        response.end(read(file));
      });
    },
  };
}

/** What `EmojiPicker.tsx` asks for; the version of the package is in it, since it is kept for ever. */
const FOLDER = "assets/emoji-17.0.0";

const FILES = ["en", "fr"].flatMap((language) => [
  `${language}/data.json`,
  `${language}/messages.json`,
]);
