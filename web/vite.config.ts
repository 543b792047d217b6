/** How the web app is built, served while it is written, and tested. */

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    // A data: URL would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      "/api": { target: "http://127.0.0.1:3000", ws: true },
    },
  },
  test: {
    restoreMocks: true,
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
