/** How the web app is built, served while it is written, and tested. */

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { blurModel } from "./build/blur-model.ts";
import { compress } from "./build/compress.ts";
import { emojiData } from "./build/emoji-data.ts";
import { minifyBeside } from "./build/minify-beside.ts";
import { preloadFonts } from "./build/preload-fonts.ts";
import { serviceWorker } from "./build/service-worker.ts";
import { wireShape } from "./build/wire-shape.ts";

/** Where `palabre demo` listens. */
const SERVER = "http://127.0.0.1:3000";

export default defineConfig({
  plugins: [
    react(),
    emojiData(),
    blurModel(),
    preloadFonts(),
    serviceWorker(),
    minifyBeside(),
    compress(),
  ],
  define: { WIRE_SHAPE: JSON.stringify(wireShape()) },
  build: {
    target: "es2023",
    // A data: URL would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    // The budget (scripts/budget) says what is too large.
    chunkSizeWarningLimit: 1_000,
  },
  server: {
    proxy: {
      // The server lets in its own origin only; while the app is written, this page stands in for it.
      "/api": { target: SERVER, ws: true, headers: { origin: SERVER } },
    },
  },
  test: {
    restoreMocks: true,
    // Nothing waits that long; a busy machine is only slow.
    testTimeout: 20_000,
    // Tests that read a style sheet as text get it; styles themselves stay out of the tests.
    css: { include: [/\.css\?raw$/] },
    projects: [
      // The core knows no page, so its tests do not pay for one.
      {
        extends: true,
        test: {
          name: "core",
          environment: "node",
          include: ["src/core/**/*.test.ts", "src/sw/**/*.test.ts", "public/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "views",
          environment: "jsdom",
          include: ["src/**/*.test.{ts,tsx}"],
          exclude: ["src/core/**", "src/sw/**"],
          setupFiles: ["src/test-setup.ts"],
        },
      },
    ],
  },
});
