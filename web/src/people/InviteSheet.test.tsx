import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { Place } from "../core/model";
import { NO_PLACE } from "../core/place";
import { ORDINARY } from "../fixture/app";
import { kofi, NOW } from "../fixture/people";
import { ClockContext } from "../ui/clock";
import { InviteSheet } from "./InviteSheet";

const HOUR_MS = 3_600_000;
const DAY_S = 86_400;

function draw(place: Partial<Place>): void {
  render(
    <ClockContext value={() => NOW}>
      <InviteSheet
        place={{ ...NO_PLACE, role: "owner", invitations: [], ...place }}
        people={ORDINARY.people}
        close={vi.fn()}
      />
    </ClockContext>,
  );
}

test("a link is made for so many people and days, and can be copied once", async () => {
  const invite = vi.fn(() => Promise.resolve({ ok: true as const, link: "https://a/invite#b" }));
  const user = userEvent.setup();
  draw({ invite });

  await user.click(screen.getByRole("button", { name: "Make a link" }));

  expect(invite).toHaveBeenCalledWith({ role: "member", uses: 10, lifetimeS: 7 * DAY_S });
  expect(screen.getByLabelText("Link to send")).toHaveValue("https://a/invite#b");
  await user.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByRole("button", { name: "Copied" })).toBeVisible();
});

test("a refusal is told in words, and the form stays", async () => {
  draw({ invite: () => Promise.resolve({ ok: false, problem: "unreachable" }) });
  await userEvent.click(screen.getByRole("button", { name: "Make a link" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(/server cannot be reached/i);
  expect(screen.getByRole("button", { name: "Make a link" })).toBeEnabled();
});

test("an open link says what is left of it and can be taken back", async () => {
  const revoke = vi.fn(() => Promise.resolve({ ok: true as const }));
  draw({
    invitations: [
      {
        id: "one",
        role: "member",
        madeBy: kofi.id,
        madeAt: NOW,
        expiresAt: NOW + 5 * HOUR_MS,
        uses: 10,
        usesLeft: 7,
        revoke,
      },
    ],
  });

  await userEvent.click(screen.getByRole("tab", { name: "Open links" }));

  expect(screen.getByText("Member · 7 of 10 left")).toBeVisible();
  expect(screen.getByText("by Kofi Adjei · expires in 5 hours")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Take back: Member, by Kofi Adjei" }));
  expect(revoke).toHaveBeenCalledOnce();
});

test("an owner makes admins; nobody else is offered to", async () => {
  const setRole = vi.fn(() => Promise.resolve({ ok: true as const }));
  draw({ setRole });
  await userEvent.click(screen.getByRole("tab", { name: "Roles" }));
  await userEvent.click(screen.getByRole("button", { name: "Make admin: Kofi Adjei" }));
  expect(setRole).toHaveBeenCalledWith(kofi.id, "admin");
});
