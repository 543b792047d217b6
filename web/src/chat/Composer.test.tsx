import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Composer } from "./Composer";

function compose() {
  const send = vi.fn();
  const setDraft = vi.fn();
  render(<Composer title="Kofi" draft="" send={send} setDraft={setDraft} focus />);
  return { send, setDraft, field: screen.getByRole("textbox", { name: "Message to Kofi" }) };
}

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
