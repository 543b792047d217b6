import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { en } from "../core/i18n/en";
import type { GroupActions, OpenConversation } from "../core/model";
import { fakeApp } from "../fixture/app";
import { open as group } from "../fixture/chat";
import { afi, ama, kofi, mariam, NOW } from "../fixture/people";
import { ClockContext } from "../ui/clock";
import { AppContext } from "../useApp";
import { InfoSheet } from "./InfoSheet";

const done = () => Promise.resolve({ ok: true } as const);

function draw(actions: Partial<GroupActions>, parts: Partial<OpenConversation> = {}) {
  const close = vi.fn();
  const open: OpenConversation = {
    ...group,
    title: "Démo",
    members: [ama, kofi, mariam],
    admins: [ama.id],
    admin: true,
    group: {
      admins: new Set([ama.id]),
      add: done,
      rename: done,
      leave: done,
      remove: () => undefined,
      setAdmin: () => undefined,
      ...actions,
    },
    ...parts,
  };
  const locale = { language: "en", direction: "ltr", t: en, setLanguage: vi.fn() } as const;
  render(
    <ClockContext value={() => NOW}>
      <AppContext value={fakeApp({ open }, locale)}>
        <InfoSheet open={open} close={close} />
      </AppContext>
    </ClockContext>,
  );
  return { close, user: userEvent.setup() };
}

test("people who are not in the group can be added to it, and only they", async () => {
  const add = vi.fn(done);
  const { user } = draw({ add });

  await user.click(screen.getByRole("button", { name: "Add people" }));
  const picker = screen.getByRole("dialog", { name: "Add people" });
  expect(within(picker).queryByRole("button", { name: /Kofi/ })).toBeNull();
  await user.click(within(picker).getByRole("button", { name: /Afi Lawson/ }));
  await user.click(within(picker).getByRole("button", { name: "Add 1 person" }));

  expect(add).toHaveBeenCalledExactlyOnceWith([afi.id]);
  expect(screen.queryByRole("dialog", { name: "Add people" })).toBeNull();
});

test("a refused addition is told in words, and the choice stays", async () => {
  const { user } = draw({ add: () => Promise.resolve({ ok: false, problem: "too_many" }) });

  await user.click(screen.getByRole("button", { name: "Add people" }));
  await user.click(screen.getByRole("button", { name: /Afi Lawson/ }));
  await user.click(screen.getByRole("button", { name: "Add 1 person" }));

  expect(await screen.findByRole("alert")).toHaveTextContent("There is no room for one more.");
  expect(screen.getByRole("button", { name: "Add 1 person" })).toBeEnabled();
});

test("a group is renamed, and not to nothing", async () => {
  const rename = vi.fn(done);
  const { user } = draw({ rename });

  await user.click(screen.getByRole("button", { name: "Rename the group" }));
  const field = screen.getByRole("textbox", { name: "Name of the group" });
  await user.clear(field);
  expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  await user.type(field, " Lomé {Enter}");

  expect(rename).toHaveBeenCalledExactlyOnceWith("Lomé");
  expect(screen.queryByRole("textbox", { name: "Name of the group" })).toBeNull();
});

test("an admin makes another one from the row of a member", async () => {
  const set = vi.fn(done);
  const { user } = draw({ setAdmin: (person) => (person === kofi.id ? set : undefined) });

  await user.click(screen.getByRole("button", { name: "Manage Kofi Adjei" }));
  await user.click(screen.getByRole("menuitem", { name: "Make an admin" }));

  expect(set).toHaveBeenCalledExactlyOnceWith(true);
});

test("somebody is removed only after a question, and a refusal is told", async () => {
  const remove = vi.fn(() => Promise.resolve({ ok: false, problem: "not_allowed" } as const));
  const { user } = draw({ remove: (person) => (person === kofi.id ? remove : undefined) });

  await user.click(screen.getByRole("button", { name: "Manage Kofi Adjei" }));
  await user.click(screen.getByRole("menuitem", { name: "Remove from the group" }));
  expect(remove).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Remove" }));

  expect(remove).toHaveBeenCalledOnce();
  expect(await screen.findByRole("alert")).toHaveTextContent("You may not do this.");
});

test("who is no admin is offered no menu on members", () => {
  draw({});
  expect(screen.queryByRole("button", { name: /^Manage/ })).toBeNull();
});

test("leaving asks first, says that somebody else becomes admin, and closes the sheet", async () => {
  const leave = vi.fn(done);
  const { user, close } = draw({ leave });

  await user.click(screen.getByRole("button", { name: "Leave the group" }));
  const question = screen.getByRole("alertdialog", { name: "Leave “Démo”?" });
  expect(question).toHaveTextContent("another member becomes one");
  await user.click(within(question).getByRole("button", { name: "Leave" }));

  expect(leave).toHaveBeenCalledOnce();
  expect(close).toHaveBeenCalledOnce();
});

test("a direct conversation has no name to change and nobody to add", () => {
  draw({}, { kind: "direct", other: kofi, members: [ama, kofi], group: null, hosting: null });
  expect(screen.queryByRole("button", { name: "Rename the group" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Add people" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Leave the group" })).toBeNull();
});
