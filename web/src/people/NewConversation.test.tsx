import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { People } from "../core/model";
import { NO_OWN } from "../core/own";
import { ama, kofi, others, sena } from "../fixture/people";
import { NewConversation } from "./NewConversation";

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

function dialog() {
  const create = vi.fn(() => Promise.resolve({ ok: true as const }));
  const close = vi.fn();
  const openSaved = vi.fn(() => Promise.resolve({ ok: true as const }));
  render(
    <NewConversation
      people={people}
      create={create}
      openSaved={openSaved}
      invite={undefined}
      close={close}
    />,
  );
  return {
    create,
    openSaved,
    close,
    search: screen.getByRole("searchbox", { name: "Search people" }),
  };
}

test("the search ignores accents and case", async () => {
  const { search } = dialog();
  await userEvent.type(search, "SENA");
  expect(screen.getByRole("button", { name: /Séna Dossou/ })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /Kofi/ })).toBeNull();
});

test("one person makes a direct conversation", async () => {
  const { create, close } = dialog();
  await userEvent.click(screen.getByRole("button", { name: /Kofi Adjei/ }));
  await userEvent.click(screen.getByRole("button", { name: "Write" }));
  expect(create).toHaveBeenCalledExactlyOnceWith([kofi.id], null);
  expect(close).toHaveBeenCalledOnce();
});

test("several people make a group, which needs a name", async () => {
  const { create } = dialog();
  await userEvent.click(screen.getByRole("button", { name: /Kofi Adjei/ }));
  await userEvent.click(screen.getByRole("button", { name: /Séna Dossou/ }));
  expect(screen.getByRole("button", { name: "Create group" })).toBeDisabled();
  await userEvent.type(screen.getByRole("textbox", { name: "Name of the group" }), " Démo ");
  await userEvent.click(screen.getByRole("button", { name: "Create group" }));
  expect(create).toHaveBeenCalledExactlyOnceWith([kofi.id, sena.id], "Démo");
});

test("the conversation of oneself alone is one press away", async () => {
  const { openSaved, close } = dialog();
  await userEvent.click(screen.getByRole("button", { name: "Write something for yourself" }));
  expect(openSaved).toHaveBeenCalledOnce();
  expect(close).toHaveBeenCalledOnce();
});
