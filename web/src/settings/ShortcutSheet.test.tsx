import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { SHORTCUTS } from "../core/shortcuts";
import { ShortcutSheet } from "./ShortcutSheet";

test("every shortcut is told, with its keys", () => {
  render(<ShortcutSheet close={vi.fn()} />);

  expect(screen.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeInTheDocument();
  expect(screen.getAllByRole("term")).toHaveLength(SHORTCUTS.length);
  expect(screen.getByText("Next conversation").nextElementSibling).toHaveTextContent("Alt↓");
  expect(screen.getByText("Talk while muted").nextElementSibling).toHaveTextContent("holdSpace");
});
