/** Has the browser fetch the font with the page, so that no text is drawn twice. */

import type { Plugin } from "vite";

/** Adds a preload for the font of Western European text; the rest comes when a letter needs it. */
export function preloadFonts(): Plugin {
  return {
    name: "palabre:preload-fonts",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const font = Object.keys(bundle ?? {}).find((name) => FONT.test(name));
        if (font === undefined) throw new Error("the font to preload is not in the build");
        return [
          {
            tag: "link",
            injectTo: "head",
            attrs: {
              rel: "preload",
              as: "font",
              type: "font/woff2",
              href: `/${font}`,
              crossorigin: true,
            },
          },
        ];
      },
    },
  };
}

const FONT = /figtree-latin-wght-normal-.*\.woff2$/;
