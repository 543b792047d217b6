import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { en } from "../core/i18n/en";
import type { ConversationList as List, SearchPage } from "../core/model";
import { fakeApp, ORDINARY } from "../fixture/app";
import { found, rows } from "../fixture/chat";
import { NOW } from "../fixture/people";
import { ClockContext } from "../ui/clock";
import { AppContext } from "../useApp";
import { ConversationList } from "./ConversationList";

const locale = { language: "en", direction: "ltr", t: en, setLanguage: vi.fn() } as const;

function draw(page: SearchPage) {
  const search = vi.fn<NonNullable<List["search"]>>(async () => page);
  const app = { ...fakeApp({}, locale), openConversation: vi.fn() };
  render(
    <ClockContext value={() => NOW}>
      <AppContext value={app}>
        <ConversationList
          list={{ ...ORDINARY.conversations, rows, search }}
          people={ORDINARY.people}
          selected={null}
          open={vi.fn()}
          startNew={vi.fn()}
          openSettings={vi.fn()}
        />
      </AppContext>
    </ClockContext>,
  );
  return { search, app, field: screen.getByRole("searchbox"), user: userEvent.setup() };
}

const FOUND: SearchPage = { ok: true, hits: found, more: undefined, kept: false };

test("messages are found while one types, and Enter goes to the first", async () => {
  const { search, app, field, user } = draw(FOUND);
  await user.type(field, "démo");

  const hits = await screen.findByRole("list", { name: "Messages" });
  expect(await screen.findByText("2 messages found")).toBeInTheDocument();
  expect(hits.querySelectorAll("mark")).toHaveLength(2);
  expect(search).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ words: "démo", hasFile: false, order: "latest" }),
  );
  await user.keyboard("{Enter}");
  expect(app.openConversation).toHaveBeenCalledWith(found[0]?.conversation);
});

test("arrows go from the field through what was found and back", async () => {
  const { field, user } = draw(FOUND);
  await user.type(field, "démo");
  await screen.findByText("2 messages found");

  await user.keyboard("{ArrowDown}{ArrowDown}");
  expect(document.activeElement).toHaveTextContent("La démo d’hier");
  await user.keyboard("{Escape}");
  expect(field).toHaveFocus();
  expect(field).toHaveValue("démo");
});

test("a filter asks again", async () => {
  const { search, field, user } = draw(FOUND);
  await user.type(field, "démo");
  await user.click(await screen.findByRole("button", { name: "With files" }));

  await vi.waitFor(() =>
    expect(search).toHaveBeenLastCalledWith(expect.objectContaining({ hasFile: true })),
  );
});

test("one letter is too little to look for", async () => {
  const { search, field, user } = draw(FOUND);
  await user.type(field, "d");

  expect(await screen.findByText("Write at least two letters.")).toBeInTheDocument();
  expect(search).not.toHaveBeenCalled();
});

test("nothing found and a search without the server each say so", async () => {
  const { field, user } = draw({ ok: true, hits: [], more: undefined, kept: true });
  await user.type(field, "zzz");

  expect(await screen.findByText(/You are offline/)).toBeInTheDocument();
  expect(await screen.findByText(/No message has all the words of “zzz”/)).toBeInTheDocument();
});
