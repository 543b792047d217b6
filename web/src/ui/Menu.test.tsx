import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { IconButton } from "./Button";
import { ContextMenu, Menu, type MenuEntry } from "./Menu";

function entries(reply: () => void): MenuEntry[] {
  return [
    { id: "edit", label: "Edit", action: undefined },
    { id: "reply", label: "Reply", action: reply },
    "line",
    { id: "delete", label: "Delete", danger: true, action: vi.fn() },
  ];
}

const trigger = (
  <IconButton label="More" disabled={false}>
    <svg aria-hidden="true" />
  </IconButton>
);

test("a keyboard opens it, passes what is not possible, does one thing and comes back", async () => {
  const reply = vi.fn();
  render(<Menu entries={entries(reply)} trigger={trigger} />);
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(await screen.findByRole("menu", { name: "More" })).toBeInTheDocument();
  expect(screen.getByRole("menuitem", { name: "Edit" })).toHaveAttribute("aria-disabled", "true");
  expect(screen.getByRole("menuitem", { name: "Reply" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");

  expect(reply).toHaveBeenCalledOnce();
  expect(screen.queryByRole("menu")).toBeNull();
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "More" })).toHaveFocus());
});

test("Escape closes it and does nothing", async () => {
  const reply = vi.fn();
  render(<Menu entries={entries(reply)} trigger={trigger} />);
  await userEvent.click(screen.getByRole("button", { name: "More" }));
  await userEvent.keyboard("{Escape}");

  expect(screen.queryByRole("menu")).toBeNull();
  expect(reply).not.toHaveBeenCalled();
});

test("a right click or the menu key on something opens what can be done with it", async () => {
  const reply = vi.fn();
  render(
    <ContextMenu label="Message" entries={entries(reply)}>
      <p>Hello</p>
    </ContextMenu>,
  );
  fireEvent.contextMenu(screen.getByText("Hello"));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Reply" }));

  expect(reply).toHaveBeenCalledOnce();
  expect(screen.queryByRole("menu")).toBeNull();
});
