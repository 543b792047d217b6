/** The whole app for parts that lie deep in the page, such as the list of where to forward to. */

import { createContext, useContext } from "react";

import type { App } from "./core/app";

export const AppContext = createContext<App | null>(null);

/** The app around this part of the page. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error("drawn outside of the app");
  return app;
}
