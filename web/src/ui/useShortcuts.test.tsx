import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { PreferencesContext } from "./preferences";
import { type Handlers, useShortcuts } from "./useShortcuts";

const preferences = {
  theme: "system",
  setTheme: vi.fn(),
  contrast: false,
  setContrast: vi.fn(),
  singleKeys: true,
  setSingleKeys: vi.fn(),
  dataSaver: false,
  setDataSaver: vi.fn(),
  listWidth: null,
  setListWidth: vi.fn(),
} as const;

function Page({ handlers }: { handlers: Handlers }) {
  useShortcuts(handlers);
  return (
    <>
      <input aria-label="Text" />
      <button type="button">Button</button>
      <div role="dialog" aria-label="Question">
        <button type="button">Answer</button>
      </div>
    </>
  );
}

test("a key does its work on the page, and is a letter in a text", async () => {
  const microphone = vi.fn();
  render(<Page handlers={{ microphone }} />);
  await userEvent.keyboard("m");
  await userEvent.type(screen.getByRole("textbox"), "mm");

  expect(microphone).toHaveBeenCalledOnce();
  expect(screen.getByRole("textbox")).toHaveValue("mm");
});

test("a dialog keeps the keys to itself", async () => {
  const newConversation = vi.fn();
  render(<Page handlers={{ newConversation }} />);
  await userEvent.click(screen.getByRole("button", { name: "Answer" }));
  await userEvent.keyboard("n");

  expect(newConversation).not.toHaveBeenCalled();
});

test("the search gets the focus and not the slash", async () => {
  render(<Page handlers={{ search: () => screen.getByRole("textbox").focus() }} />);
  await userEvent.keyboard("/");

  expect(screen.getByRole("textbox")).toHaveFocus();
  expect(screen.getByRole("textbox")).toHaveValue("");
});

test("the space bar is held to talk, and let go once", async () => {
  const talk = vi.fn();
  const release = vi.fn();
  render(<Page handlers={{ talk, release }} />);
  const user = userEvent.setup();
  await user.keyboard("{ >3}");
  expect(talk).toHaveBeenCalledOnce();
  expect(release).not.toHaveBeenCalled();
  await user.keyboard("{/ }");

  expect(release).toHaveBeenCalledExactlyOnceWith("talk");
});

test("a key that is let go in another window does not keep one talking", async () => {
  const release = vi.fn();
  render(<Page handlers={{ talk: vi.fn(), release }} />);
  await userEvent.keyboard("{ >}");
  window.dispatchEvent(new Event("blur"));

  expect(release).toHaveBeenCalledOnce();
});

test("the space bar presses a button that has the focus instead", async () => {
  const talk = vi.fn();
  render(<Page handlers={{ talk }} />);
  screen.getByRole("button", { name: "Button" }).focus();
  await userEvent.keyboard(" ");

  expect(talk).not.toHaveBeenCalled();
});

test("who turned single keys off can still go from one conversation to the next", async () => {
  const next = vi.fn();
  const microphone = vi.fn();
  render(
    <PreferencesContext value={{ ...preferences, singleKeys: false }}>
      <Page handlers={{ next, microphone }} />
    </PreferencesContext>,
  );
  await userEvent.keyboard("m{Alt>}{ArrowDown}{/Alt}");

  expect(microphone).not.toHaveBeenCalled();
  expect(next).toHaveBeenCalledOnce();
});
