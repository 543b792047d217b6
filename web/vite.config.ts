/** How the web app is built, served while it is written, and tested. */

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `palabre demo` listens. */
const SERVER = "http://127.0.0.1:3000";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    // A data: URL would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      // The server lets in its own origin only; while the app is written, this page stands in for it.
      "/api": { target: SERVER, ws: true, headers: { origin: SERVER } },
    },
  },
  test: {
    restoreMocks: true,
    // Tests that read a style sheet as text get it; styles themselves stay out of the tests.
    css: { include: [/\.css\?raw$/] },
    projects: [
      // The core knows no page, so its tests do not pay for one.
      {
        extends: true,
        test: { name: "core", environment: "node", include: ["src/core/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "views",
          environment: "jsdom",
          include: ["src/**/*.test.{ts,tsx}"],
          exclude: ["src/core/**"],
          setupFiles: ["src/test-setup.ts"],
        },
      },
    ],
  },
});
