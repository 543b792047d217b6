/** What every unit test starts from. */

import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { createElement, Fragment, type ReactNode } from "react";
import { afterEach, vi } from "vitest";

/** What a list that draws what is seen is given. */
type Drawing = {
  children: ReactNode | ((data: unknown, index: number) => ReactNode);
  data?: ArrayLike<unknown>;
  as?: string;
  item?: string;
};

// A page without a layout has no room for rows: all of them are drawn.
vi.mock("virtua", () => ({
  Virtualizer: ({ children, data, as = "div", item = "div" }: Drawing) => {
    if (typeof children !== "function") return createElement(as, null, children);
    const rows = Array.from(data ?? []).map((one, index) => {
      return createElement(item, { key: index, index } as object, children(one, index));
    });
    return createElement(as, null, createElement(Fragment, null, rows));
  },
}));

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
});
