import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Field } from "./Field";

test("what is wrong is told with the field, and takes the place of the hint", () => {
  render(<Field label="Name" value="a" onChange={vi.fn()} hint="Short" problem="Too short" />);

  const field = screen.getByRole("textbox", { name: "Name" });
  expect(field).toBeInvalid();
  expect(field).toHaveAccessibleDescription("Too short");
});

test("a hint belongs to its field", () => {
  render(<Field label="Name" value="" onChange={vi.fn()} hint="Short" />);

  expect(screen.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription("Short");
});

test("what cannot be changed can still be read and copied", async () => {
  render(<Field label="Link" value="https://example.org" onChange={undefined} />);
  await userEvent.type(screen.getByRole("textbox", { name: "Link" }), "x");

  expect(screen.getByRole("textbox")).toHaveValue("https://example.org");
  expect(screen.getByRole("textbox")).not.toBeDisabled();
});

test("several lines are written in a field that has them", async () => {
  const change = vi.fn();
  render(<Field label="About" lines={3} value="" onChange={change} />);
  await userEvent.type(screen.getByRole("textbox", { name: "About" }), "a{Enter}");

  expect(change).toHaveBeenLastCalledWith("\n");
});
