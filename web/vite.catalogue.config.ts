/** Builds the catalogue: the controls in all their states and the screens with made-up people. */

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { wireShape } from "./build/wire-shape.ts";

export default defineConfig({
  plugins: [react()],
  define: { WIRE_SHAPE: JSON.stringify(wireShape()) },
  build: {
    target: "es2023",
    outDir: "dist-catalogue",
    assetsInlineLimit: 0,
    // It is looked at on this machine, not shipped.
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { input: "catalogue.html" },
  },
});
