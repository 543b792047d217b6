import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { kofi, mariam } from "../fixture/people";
import { BeepCalls } from "./BeepCalls";
import { Beeping } from "./Beeping";

const done = () => Promise.resolve({ ok: true } as const);

test("a beep says who and what for, and has two answers", async () => {
  const beep = { key: "1", from: mariam, why: "La porte", silent: true };
  const [open, dismiss] = [vi.fn(), vi.fn()];
  render(<BeepCalls beeps={[{ ...beep, open, dismiss }]} asks={[]} />);

  expect(screen.getByText(`${mariam.name} needs you`)).toBeInTheDocument();
  expect(screen.getByText("La porte")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  await userEvent.click(screen.getByRole("button", { name: "Not now" }));
  expect([open, dismiss].map((it) => it.mock.calls.length)).toEqual([1, 1]);
});

test("whoever asks for leave gets it or does not", async () => {
  const answer = vi.fn();
  render(<BeepCalls beeps={[]} asks={[{ from: kofi, answer }]} />);

  await userEvent.click(screen.getByRole("button", { name: "Allow" }));
  await userEvent.click(screen.getByRole("button", { name: "No" }));
  expect(answer.mock.calls).toEqual([[true], [false]]);
});

test("who has leave says what for and beeps; a refusal is told in words", async () => {
  const beep = vi
    .fn()
    .mockResolvedValueOnce({ ok: false, problem: "quiet_hours" })
    .mockResolvedValue({ ok: true });
  const view = { given: true, received: true, give: done, ask: undefined, beep };
  render(<Beeping other={kofi} beeping={view} />);

  await userEvent.click(screen.getByRole("button", { name: `Beep ${kofi.name}` }));
  await userEvent.type(await screen.findByRole("textbox", { name: "What for" }), "the door");
  await userEvent.click(screen.getByRole("button", { name: "Beep now" }));
  expect(screen.getByRole("alert")).toHaveTextContent("quiet time");
  await userEvent.click(screen.getByRole("button", { name: "Beep now" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(beep.mock.calls).toEqual([["the door"], ["the door"]]);
});

test("who has no leave asks for it once", async () => {
  const ask = vi.fn(done);
  const view = { given: false, received: false, give: done, ask, beep: undefined };
  render(<Beeping other={kofi} beeping={view} />);

  await userEvent.click(screen.getByRole("button", { name: /Ask .* for leave/ }));
  expect(screen.getByRole("button", { name: `${kofi.name} was asked` })).toBeDisabled();
  expect(ask).toHaveBeenCalledOnce();
});
