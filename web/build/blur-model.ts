/**
 * Serves what blurs the background behind people ourselves: the model, what runs it, and the worker
 * around both. None of it is in the first load; it is fetched when somebody wants it.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** Puts the files of MediaPipe's selfie segmentation where `blur.ts` asks for them. */
export function blurModel(): Plugin {
  const folder = createRequire(import.meta.url).resolve("@mediapipe/selfie_segmentation");
  const read = (file: string): Buffer =>
    readFileSync(file === WORKER ? WORKER_SOURCE : new URL(file, `file://${folder}`));
  return {
    name: "palabre:blur-model",
    generateBundle() {
      for (const file of [WORKER, ...FILES]) {
        this.emitFile({ type: "asset", fileName: `${FOLDER}/${file}`, source: read(file) });
      }
    },
    configureServer(server) {
      server.middlewares.use(`/${FOLDER}`, (request, response, next) => {
        const file = [WORKER, ...FILES].find((known) => request.url === `/${known}`);
        if (file === undefined) return next();
        response.setHeader("content-type", TYPES[file.split(".").at(-1) ?? ""] ?? BYTES);
        response.end(read(file));
      });
    },
  };
}

/**
 * What `blur.ts` asks for; the server knows its worker by how it begins (`src/http/assets.rs`). It is kept for ever:
 * the version of the package is in it, and after that our worker's, to be raised with every change.
 */
const FOLDER = "assets/blur-0.1.1675465747-1";

const WORKER = "worker.js";
const WORKER_SOURCE = fileURLToPath(new URL("../src/blur/worker.js", import.meta.url));

/** Browsers that have what the worker needs have SIMD too: the slower half of the package stays out. */
const FILES = [
  "selfie_segmentation.js",
  "selfie_segmentation.binarypb",
  "selfie_segmentation_landscape.tflite",
  "selfie_segmentation_solution_simd_wasm_bin.js",
  "selfie_segmentation_solution_simd_wasm_bin.wasm",
];

const TYPES: Readonly<Record<string, string>> = { js: "text/javascript", wasm: "application/wasm" };
const BYTES = "application/octet-stream";
