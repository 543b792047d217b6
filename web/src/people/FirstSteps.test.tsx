import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { NO_PLACE } from "../core/place";
import { ORDINARY } from "../fixture/app";
import { FirstSteps } from "./FirstSteps";
import { areFirstStepsLeft } from "./first-steps";

const place = { ...NO_PLACE, name: "Market hall", role: "owner", invite: vi.fn() } as const;
const nobody = { ...ORDINARY.people, others: [] };

test("in an empty place inviting comes first, and nobody can be written to", () => {
  render(
    <FirstSteps
      place={place}
      people={nobody}
      invite={vi.fn()}
      startNew={vi.fn()}
      callByLink={vi.fn()}
    />,
  );
  expect(screen.getByRole("heading", { name: "Welcome to Market hall" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Invite people" })).toBeEnabled();
  expect(screen.queryByRole("button", { name: "New conversation" })).toBeNull();
});

test("once somebody is there a conversation comes next", () => {
  render(
    <FirstSteps
      place={place}
      people={ORDINARY.people}
      invite={vi.fn()}
      startNew={vi.fn()}
      callByLink={vi.fn()}
    />,
  );
  expect(screen.getByText("Done")).toBeVisible();
  expect(screen.getByRole("button", { name: "New conversation" })).toBeEnabled();
});

test("they are for who runs the place, until people talk", () => {
  const quiet = { ...ORDINARY.conversations, rows: [] };
  expect(areFirstStepsLeft(place, nobody, quiet)).toBe(true);
  expect(areFirstStepsLeft({ ...place, role: "member" }, nobody, quiet)).toBe(false);
  expect(areFirstStepsLeft(place, ORDINARY.people, ORDINARY.conversations)).toBe(false);
});
