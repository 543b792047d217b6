import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { catalogue } from "../core/i18n";
import type { Entry, EntryActions } from "../core/model";
import { entryOf, NO_ACTIONS } from "../fixture/chat";
import { ama, kofi, NOW } from "../fixture/people";
import { type MenuDoings, MessageMenu, menuEntries } from "./MessageMenu";

const entry: Entry = entryOf(kofi, "Bonjour");

const doings: MenuDoings = {
  reply: vi.fn(),
  edit: vi.fn(),
  copy: vi.fn(),
  forward: vi.fn(),
  askDelete: vi.fn(),
  showReach: undefined,
  showVersions: vi.fn(),
  pickReaction: vi.fn(),
};

function names(of: Entry, actions: Partial<EntryActions>): string[] {
  const entries = menuEntries(of, { ...NO_ACTIONS, ...actions }, doings, catalogue("en"));
  return entries.map((one) => (one === "line" ? "—" : one.label));
}

function menu(of: Entry, actions: Partial<EntryActions>) {
  const close = vi.fn();
  const all = { ...NO_ACTIONS, ...actions };
  render(
    <MessageMenu entry={of} actions={all} doings={doings} at={{ x: 10, y: 10 }} close={close} />,
  );
  return close;
}

test("what cannot be done is not offered", () => {
  expect(names(entry, {})).toEqual(["Copy text"]);
  expect(names(entry, { quote: vi.fn(), star: vi.fn(), deleteForMe: vi.fn() })).toEqual([
    "Reply",
    "Copy text",
    "—",
    "Star",
    "—",
    "Delete for me",
  ]);
});

test("what is pinned and starred is offered the other way round", () => {
  const marked: Entry = { ...entry, pinned: true, starred: true };
  expect(names(marked, { pin: vi.fn(), star: vi.fn() })).toEqual([
    "Copy text",
    "—",
    "Remove the star",
    "Unpin",
  ]);
});

test("earlier versions are offered of what was edited", () => {
  const versions = vi.fn();
  expect(names(entry, { versions })).not.toContain("Earlier versions");
  expect(names({ ...entry, editedAt: NOW }, { versions })).toContain("Earlier versions");
});

test("one press reacts, and a press on one's own reaction takes it back", async () => {
  const react = vi.fn();
  const close = menu(entry, { react });
  await userEvent.click(screen.getByRole("button", { name: "React with 👍" }));
  expect(react).toHaveBeenCalledExactlyOnceWith("👍");
  expect(close).toHaveBeenCalled();
});

test("one's own reaction is marked and taken back", async () => {
  const react = vi.fn();
  menu({ ...entry, reactions: [{ emoji: "👍", people: [ama], mine: true }] }, { react });
  const own = screen.getByRole("button", { name: "Take back 👍" });
  expect(own).toHaveAttribute("aria-pressed", "true");
  await userEvent.click(own);
  expect(react).toHaveBeenCalledExactlyOnceWith(null);
});

test("the menu begins with the keyboard on its first entry", async () => {
  const reply = vi.mocked(doings.reply);
  menu(entry, { quote: vi.fn() });
  expect(screen.getByRole("menuitem", { name: "Reply" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  expect(reply).toHaveBeenCalledOnce();
});
