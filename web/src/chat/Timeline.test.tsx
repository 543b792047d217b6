import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { Entry, EntryActions, OpenConversation, People } from "../core/model";
import { NO_OWN } from "../core/own";
import { entryOf, open as fixture, NO_ACTIONS } from "../fixture/chat";
import { ama, kofi, others } from "../fixture/people";
import { Timeline } from "./Timeline";

const people: People = {
  me: ama,
  others,
  byId: new Map(),
  ...NO_OWN,
  setStatus: undefined,
  setPreferences: undefined,
  profile: undefined,
  writeTo: undefined,
};

function timeline(entries: readonly Entry[], actions: Partial<EntryActions> = {}) {
  const open: OpenConversation = {
    ...fixture,
    entries,
    firstUnreadNumber: null,
    actions: () => ({ ...NO_ACTIONS, ...actions }),
  };
  const reply = vi.fn();
  const jumpTo = vi.fn();
  const view = render(
    <Timeline
      open={open}
      reply={reply}
      edit={vi.fn()}
      jumpTo={jumpTo}
      target={null}
      people={people}
    />,
  );
  return { reply, jumpTo, ...view };
}

function line(text: string): HTMLElement {
  const found = screen.getAllByRole("article").find((one) => one.textContent?.includes(text));
  if (found === undefined) throw new Error(`no line says ${text}`);
  return found;
}

beforeEach(() => {
  HTMLElement.prototype.scrollTo = vi.fn();
});

test("a right click and the handle of a line open its menu", async () => {
  timeline([entryOf(kofi, "Bonjour")], { quote: vi.fn() });
  fireEvent.contextMenu(line("Bonjour"));
  expect(screen.getByRole("menuitem", { name: "Reply" })).toBeInTheDocument();
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("menu")).toBeNull();
  await userEvent.click(within(line("Bonjour")).getByRole("button", { name: "More" }));
  expect(screen.getByRole("menuitem", { name: "Reply" })).toBeInTheDocument();
});

test("a finger that rests opens the menu, and one that moves does not", () => {
  vi.useFakeTimers();
  timeline([entryOf(kofi, "Bonjour")], { quote: vi.fn() });
  const finger = { pointerType: "touch", isPrimary: true, clientX: 5, clientY: 5 };
  fireEvent.pointerDown(line("Bonjour"), finger);
  fireEvent.pointerMove(line("Bonjour"), { ...finger, clientY: 40 });
  act(() => void vi.advanceTimersByTime(1_000));
  expect(screen.queryByRole("menu")).toBeNull();
  fireEvent.pointerDown(line("Bonjour"), finger);
  act(() => void vi.advanceTimersByTime(1_000));
  expect(screen.getByRole("menu")).toBeInTheDocument();
  vi.useRealTimers();
});

test("arrows walk through the lines and Enter opens the menu of one", async () => {
  timeline([entryOf(kofi, "one"), entryOf(ama, "two")], { quote: vi.fn() });
  act(() => line("two").focus());
  await userEvent.keyboard("{ArrowUp}");
  expect(line("one")).toHaveFocus();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(screen.getByRole("menu")).toBeInTheDocument();
});

test("what a message answers leads there", async () => {
  const quote = {
    id: "message-3",
    number: 3,
    quoted: { sender: kofi, content: { kind: "text", text: "Shall we?" } as const },
  };
  const { jumpTo } = timeline([entryOf(ama, "Yes", { quote })]);
  await userEvent.click(screen.getByRole("button", { name: /Shall we/ }));
  expect(jumpTo).toHaveBeenCalledExactlyOnceWith(3);
});

test("a press on a reaction joins in, and on one's own takes it back", async () => {
  const react = vi.fn();
  const reactions = [
    { emoji: "🎉", people: [kofi], mine: false },
    { emoji: "👍", people: [ama, kofi], mine: true },
  ];
  timeline([entryOf(kofi, "Bonjour", { reactions })], { react });
  await userEvent.click(screen.getByRole("button", { name: "🎉: Kofi" }));
  expect(react).toHaveBeenLastCalledWith("🎉");
  await userEvent.click(screen.getByRole("button", { name: "👍 2: Ama and Kofi" }));
  expect(react).toHaveBeenLastCalledWith(null);
});

test("deleting for everybody asks first", async () => {
  const deleteForAll = vi.fn();
  timeline([entryOf(ama, "Bonjour")], { deleteForAll });
  fireEvent.contextMenu(line("Bonjour"));
  await userEvent.click(screen.getByRole("menuitem", { name: "Delete for everybody" }));
  expect(deleteForAll).not.toHaveBeenCalled();
  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
  expect(deleteForAll).toHaveBeenCalledOnce();
});

test("deleting for oneself can be taken back", async () => {
  const deleteForMe = vi.fn();
  const { unmount } = timeline([entryOf(kofi, "Bonjour")], { deleteForMe });
  fireEvent.contextMenu(line("Bonjour"));
  await userEvent.click(screen.getByRole("menuitem", { name: "Delete for me" }));
  expect(screen.queryByText("Bonjour")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(screen.getByText("Bonjour")).toBeInTheDocument();
  unmount();
  expect(deleteForMe).not.toHaveBeenCalled();
});

test("whoever leaves has deleted what was to be deleted", async () => {
  const deleteForMe = vi.fn();
  const { unmount } = timeline([entryOf(kofi, "Bonjour")], { deleteForMe });
  fireEvent.contextMenu(line("Bonjour"));
  await userEvent.click(screen.getByRole("menuitem", { name: "Delete for me" }));
  expect(deleteForMe).not.toHaveBeenCalled();
  unmount();
  expect(deleteForMe).toHaveBeenCalledOnce();
});

test("a deleted message says who deleted it, and nothing can be done with it", () => {
  const { container } = timeline([entryOf(kofi, "", { content: { kind: "deleted", by: kofi } })]);
  expect(screen.getByText("This message was deleted")).toBeInTheDocument();
  expect(within(container).queryByRole("button", { name: "More" })).toBeNull();
});
