import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { Staging } from "../files/staging";
import { entryOf } from "../fixture/chat";
import { afi, ama, kofi, others } from "../fixture/people";
import { Composer, type Composing } from "./Composer";

function compose(composing: Composing = { kind: "new" }, staging?: Staging) {
  const send = vi.fn();
  const setDraft = vi.fn();
  const stop = vi.fn();
  const editLast = vi.fn();
  render(
    <Composer
      title="Kofi"
      draft=""
      send={send}
      setDraft={setDraft}
      focus
      people={[ama, ...others]}
      composing={composing}
      stop={stop}
      editLast={editLast}
      {...(staging !== undefined && { staging })}
    />,
  );
  const field = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message to Kofi" });
  return { send, setDraft, stop, editLast, field };
}

const said = entryOf(kofi, "Bonjour");

test("Enter sends and empties the field", async () => {
  const { send, field } = compose();
  await userEvent.type(field, "Bonjour{Enter}");
  expect(send).toHaveBeenCalledExactlyOnceWith("Bonjour");
  expect(field).toHaveValue("");
  expect(field).toHaveFocus();
});

test("Shift and Enter begin a new line", async () => {
  const { send, field } = compose();
  await userEvent.type(field, "one{Shift>}{Enter}{/Shift}two");
  expect(field).toHaveValue("one\ntwo");
  expect(send).not.toHaveBeenCalled();
});

test("blank text cannot be sent", async () => {
  const { send, field } = compose();
  await userEvent.type(field, "   {Enter}");
  expect(send).not.toHaveBeenCalled();
  expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();
});

test("what is written is kept as the draft", async () => {
  const { setDraft, field } = compose();
  await userEvent.type(field, "Sa");
  expect(setDraft).toHaveBeenLastCalledWith("Sa");
});

test("a text that is too long says so and cannot be sent", async () => {
  const { field } = compose();
  await userEvent.click(field);
  await userEvent.paste("é".repeat(8_193));
  expect(screen.getByRole("alert")).toHaveTextContent("too long");
  expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();
});

test("an answer shows what it answers, and goes with what is sent", async () => {
  const { send, field } = compose({
    kind: "reply",
    quoted: { sender: said.sender, content: said.content },
  });
  expect(screen.getByText("Reply to Kofi Adjei")).toBeInTheDocument();
  expect(screen.getByText("Bonjour")).toBeInTheDocument();
  await userEvent.type(field, "Salut{Enter}");
  expect(send).toHaveBeenCalledExactlyOnceWith("Salut");
});

test("Escape stops an answer", async () => {
  const { send, stop, field } = compose({
    kind: "reply",
    quoted: { sender: said.sender, content: said.content },
  });
  await userEvent.type(field, "{Escape}");
  expect(stop).toHaveBeenCalledOnce();
  expect(send).not.toHaveBeenCalled();
});

test("an edit begins with what was written, leaves the draft alone, and saves", async () => {
  const save = vi.fn(() => Promise.resolve({ ok: true } as const));
  const edit = { typed: "*Bonjour*", save, keep: vi.fn() };
  const { setDraft, stop, field } = compose({ kind: "edit", entry: said, edit });
  expect(field).toHaveValue("*Bonjour*");
  await userEvent.type(field, " !");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(save).toHaveBeenCalledExactlyOnceWith("*Bonjour* !");
  expect(stop).toHaveBeenCalledOnce();
  expect(setDraft).not.toHaveBeenCalled();
});

test("an edit that is refused stays, and says why", async () => {
  const save = () => Promise.resolve({ ok: false, problem: "unavailable" } as const);
  const { stop, field } = compose({
    kind: "edit",
    entry: said,
    edit: { typed: "Bonjour", save, keep: vi.fn() },
  });
  await userEvent.type(field, " !{Enter}");
  expect(await screen.findByRole("alert")).toBeInTheDocument();
  expect(field).toHaveValue("Bonjour !");
  expect(stop).not.toHaveBeenCalled();
});

test("Arrow-Up in an empty field edits the last message", async () => {
  const { editLast, field } = compose();
  await userEvent.type(field, "a{ArrowUp}");
  expect(editLast).not.toHaveBeenCalled();
  await userEvent.type(field, "{Backspace}{ArrowUp}");
  expect(editLast).toHaveBeenCalledOnce();
});

test("an @ offers members, accents ignored, and the arrows and Enter take one", async () => {
  const { send, field } = compose();
  await userEvent.type(field, "Merci @sena");
  expect(screen.getByRole("option", { name: /Séna Dossou/ })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await userEvent.keyboard("{Enter}");
  expect(field).toHaveValue("Merci @sena ");
  expect(send).not.toHaveBeenCalled();
  expect(screen.queryByRole("listbox")).toBeNull();
});

test("the arrows choose among several, and Escape closes the list alone", async () => {
  const { field, stop } = compose({
    kind: "reply",
    quoted: { sender: said.sender, content: said.content },
  });
  await userEvent.type(field, "@");
  const options = screen.getAllByRole("option");
  expect(options.length).toBe(others.length);
  expect(options[0]).toHaveTextContent(afi.name);
  await userEvent.keyboard("{ArrowDown}");
  expect(screen.getAllByRole("option")[1]).toHaveAttribute("aria-selected", "true");
  expect(field).toHaveAttribute("aria-activedescendant", screen.getAllByRole("option")[1]?.id);
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("listbox")).toBeNull();
  expect(stop).not.toHaveBeenCalled();
});

test("an address of mail offers nobody", async () => {
  const { field } = compose();
  await userEvent.type(field, "ama@a");
  expect(screen.queryByRole("listbox")).toBeNull();
});

test("keys and buttons put marks around what is selected", async () => {
  const { field } = compose();
  await userEvent.type(field, "bon");
  field.setSelectionRange(0, 3);
  await userEvent.keyboard("{Control>}b{/Control}");
  expect(field).toHaveValue("*bon*");
  expect(field.value.slice(field.selectionStart, field.selectionEnd)).toBe("bon");
  await userEvent.click(screen.getByRole("button", { name: "Formatting" }));
  await userEvent.click(screen.getByRole("button", { name: "Bold" }));
  expect(field).toHaveValue("bon");
});

/** Two files that were picked. */
function picked(parts: Partial<Staging> = {}): Staging {
  const files = ["a.txt", "b.txt"].map((name, key) => ({
    key,
    name,
    blob: new Blob([name]),
    url: null,
  }));
  return { files, problem: "", add: vi.fn(), remove: vi.fn(), clear: vi.fn(), ...parts };
}

test("files are sent with what is written beside them, or with nothing", async () => {
  const staging = picked();
  const { send, field } = compose({ kind: "new" }, staging);
  const sent = [expect.objectContaining({ name: "a.txt" }), expect.anything()];

  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  expect(send).toHaveBeenLastCalledWith("", sent);
  await userEvent.type(field, "look{Enter}");
  expect(send).toHaveBeenLastCalledWith("look", sent);
  expect(staging.clear).toHaveBeenCalledTimes(2);
});

test("a file can be left out again, and what was not taken is said", async () => {
  const staging = picked({ problem: "film.mov is larger than 52 MB." });
  compose({ kind: "new" }, staging);

  await userEvent.click(screen.getByRole("button", { name: "Remove b.txt" }));

  expect(staging.remove).toHaveBeenCalledExactlyOnceWith(1);
  expect(screen.getByRole("alert")).toHaveTextContent("larger than 52 MB");
});

test("pasted pictures join the message, and pasted words stay words", () => {
  const staging = picked({ files: [] });
  const { field } = compose({ kind: "new" }, staging);
  const files = [new File(["x"], "x.png", { type: "image/png" })];
  const paste = (types: string[]) =>
    fireEvent.paste(field, { clipboardData: { files, types, getData: () => "" } });

  paste(["Files", "text/plain"]);
  expect(staging.add).not.toHaveBeenCalled();
  paste(["Files"]);
  expect(staging.add).toHaveBeenCalledExactlyOnceWith(files);
});

test("a voice can be recorded while nothing is written, and not where no files can be sent", async () => {
  const { field } = compose({ kind: "new" }, picked({ files: [] }));
  expect(screen.getByRole("button", { name: "Record a voice message" })).toBeEnabled();

  await userEvent.type(field, "a");

  expect(screen.queryByRole("button", { name: "Record a voice message" })).toBeNull();
  expect(screen.getByRole("button", { name: "Send" })).toBeEnabled();
});
