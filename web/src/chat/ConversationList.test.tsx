import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { ConversationRow } from "../core/model";
import { NO_OWN } from "../core/own";
import { ORDINARY } from "../fixture/app";
import { row } from "../fixture/chat";
import { ama, kofi, others } from "../fixture/people";
import { ConversationList } from "./ConversationList";

function list(rows: readonly ConversationRow[]) {
  const open = vi.fn();
  render(
    <ConversationList
      list={{ ...ORDINARY.conversations, rows }}
      people={{
        me: ama,
        others,
        byId: new Map(),
        ...NO_OWN,
        setStatus: undefined,
        setPreferences: undefined,
        profile: undefined,
        writeTo: undefined,
      }}
      selected={null}
      open={open}
      startNew={vi.fn()}
      openSettings={vi.fn()}
    />,
  );
  return open;
}

const direct = (parts: Partial<ConversationRow>): ConversationRow =>
  row({ id: "kofi", title: "Kofi Adjei", other: kofi, ...parts });

test("what is archived shows when it is asked for or looked for", async () => {
  list([direct({}), row({ id: "old", title: "Old team", archived: true })]);
  expect(screen.queryByText("Old team")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Archived" }));
  expect(screen.getByText("Old team")).toBeInTheDocument();
  expect(screen.queryByText("Kofi Adjei")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Archived" }));
  await userEvent.type(screen.getByRole("searchbox"), "old");
  expect(screen.getByText("Old team")).toBeInTheDocument();
});

test("only what is unread can be shown", async () => {
  list([direct({ unread: 2 }), row({ id: "read", title: "Read already" })]);
  await userEvent.click(screen.getByRole("button", { name: "Unread" }));
  expect(screen.getByText("Kofi Adjei")).toBeInTheDocument();
  expect(screen.queryByText("Read already")).toBeNull();
});

test("the menu of a row changes how it is kept", async () => {
  const keep = vi.fn();
  const open = list([direct({ keep })]);
  fireEvent.contextMenu(screen.getByRole("button", { name: /Kofi Adjei/ }));
  await userEvent.click(screen.getByRole("menuitem", { name: "Put at the top" }));
  expect(keep).toHaveBeenCalledExactlyOnceWith({ kind: "pin", on: true });
  expect(open).not.toHaveBeenCalled();
});

test("what is pinned and muted says so and is offered the other way round", () => {
  list([direct({ pinnedAt: 1, mutedUntil: 2, archived: false, mentions: 1, unread: 3 })]);
  const item = screen.getByRole("button", { name: /At the top.*3 unread messages/ });
  expect(item).toHaveAccessibleName(expect.stringContaining("1 mention of you"));
  fireEvent.contextMenu(item);
  expect(screen.getByRole("menuitem", { name: "Notices again" })).toBeInTheDocument();
  expect(screen.getByRole("menuitem", { name: "No longer at the top" })).toBeInTheDocument();
});

test("marking as read reads everything", async () => {
  const markAllRead = vi.fn();
  list([direct({ unread: 2, markAllRead })]);
  fireEvent.contextMenu(screen.getByRole("button", { name: /Kofi Adjei/ }));
  await userEvent.click(screen.getByRole("menuitem", { name: "Mark as read" }));
  expect(markAllRead).toHaveBeenCalledOnce();
});

test("nothing can be changed while the server cannot be asked", () => {
  list([direct({ keep: undefined })]);
  fireEvent.contextMenu(screen.getByRole("button", { name: /Kofi Adjei/ }));
  for (const item of screen.getAllByRole("menuitem")) {
    expect(item).toHaveAttribute("aria-disabled", "true");
  }
});
