import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { Entrance as EntranceState } from "../core/model";
import { NOW } from "../fixture/people";
import { ClockContext } from "../ui/clock";
import { Entrance } from "./Entrance";

const DAY_MS = 86_400_000;

function draw(entrance: EntranceState): void {
  render(
    <ClockContext value={() => NOW}>
      <Entrance entrance={entrance} />
    </ClockContext>,
  );
}

const setup = { kind: "setup", code: "", problem: null, submitting: false } as const;

test("the owner gives the code, the name of the place and an account", async () => {
  const submit = vi.fn();
  draw({ ...setup, submit });

  await userEvent.type(screen.getByLabelText("Code"), " ABCD ");
  await userEvent.type(screen.getByLabelText("Name of the place"), "Market hall");
  await userEvent.type(screen.getByLabelText("Your name"), "Séna Dossou");
  await userEvent.type(screen.getByLabelText("Password"), "under the tree");
  await userEvent.click(screen.getByRole("button", { name: "Open the place" }));

  expect(submit).toHaveBeenCalledWith({
    code: "ABCD",
    place: "Market hall",
    fullName: "Séna Dossou",
    username: "sena.dossou",
    password: "under the tree",
  });
});

test("a code from the address is not asked for until it is the wrong one", () => {
  draw({ ...setup, code: "ABCD", submit: vi.fn() });
  expect(screen.queryByLabelText("Code")).toBeNull();
});

test("a wrong code can be mended where it stands", () => {
  draw({ ...setup, code: "ABCD", problem: "wrong_code", submit: vi.fn() });
  expect(screen.getByLabelText("Code")).toHaveValue("ABCD");
  expect(screen.getByText(/not the code that the server printed/)).toBeInTheDocument();
});

test("an invitation says who invites, for how long, and which field is wrong", () => {
  draw({
    kind: "invitation",
    place: "Market hall",
    by: "Ama Mensah",
    role: "member",
    expiresAt: NOW + 3 * DAY_MS,
    problem: "username_taken",
    submitting: false,
    accept: vi.fn(),
    signIn: vi.fn(),
  });

  expect(screen.getByText("Ama Mensah invites you. The link expires in 3 days.")).toBeVisible();
  expect(screen.getByLabelText("Name to sign in with")).toBeInvalid();
  expect(screen.getByLabelText("Password")).toBeValid();
});

test("a link that is good no longer leads to the app", async () => {
  const leave = vi.fn();
  draw({ kind: "gone", leave });
  await userEvent.click(screen.getByRole("button", { name: "Go to Palabre" }));
  expect(leave).toHaveBeenCalledOnce();
});
