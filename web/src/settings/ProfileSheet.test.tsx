import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { ProfileActions } from "../core/model";
import { ama, NOW } from "../fixture/people";
import { ProfileSheet } from "./ProfileSheet";

function sheet(change: Partial<ProfileActions> = {}) {
  const profile: ProfileActions = {
    save: vi.fn(async () => ({ ok: true as const })),
    changePassword: vi.fn(async () => ({ ok: true as const })),
    signIns: async () => ({
      ok: true,
      signIns: [
        { id: "here", agent: "Firefox/140 Linux", since: NOW, current: true, online: true },
        { id: "there", agent: "Chrome/140 Android", since: NOW, current: false, online: false },
      ],
    }),
    endSignIn: vi.fn(async () => ({ ok: true as const })),
    deleteAccount: vi.fn(async () => ({ ok: true as const })),
    exportUrl: "/api/export?slot=0",
    ...change,
  };
  render(<ProfileSheet me={ama} profile={profile} close={() => {}} />);
  return profile;
}

test("another name is saved with the picture that was there, and only when it is another", async () => {
  const { save } = sheet();
  const button = screen.getByRole("button", { name: "Save" });
  expect(button).toBeDisabled();
  const name = screen.getByLabelText("Your name");
  await userEvent.clear(name);
  await userEvent.type(name, "Ama of the well");
  await userEvent.click(button);
  expect(save).toHaveBeenCalledWith("Ama of the well", "kept");
  expect(await screen.findByText(/The others see it now/)).toBeVisible();
});

test("a wrong password is told beside the field that it was typed into", async () => {
  sheet({ changePassword: async () => ({ ok: false, problem: "wrong_credentials" }) });
  await userEvent.type(screen.getByLabelText("Password until now"), "guess");
  await userEvent.type(screen.getByLabelText("New password"), "sous le baobab");
  await userEvent.click(screen.getByRole("button", { name: "Change the password" }));
  expect(screen.getByLabelText("Password until now")).toHaveAccessibleDescription(
    "That is not your password.",
  );
});

test("one signs out of every place but this one", async () => {
  const { endSignIn } = sheet();
  await userEvent.click(await screen.findByRole("button", { name: "Sign out: Chrome on Android" }));
  expect(endSignIn).toHaveBeenCalledWith("there");
  expect(screen.queryByText("Chrome on Android")).toBeNull();
  expect(screen.queryByRole("button", { name: /^Sign out: Firefox/ })).toBeNull();
});

test("an account is deleted by its password alone, and a refusal says what to do", async () => {
  const { deleteAccount } = sheet({
    deleteAccount: vi.fn(async () => ({ ok: false as const, problem: "last_owner" as const })),
  });
  expect(screen.getByRole("link", { name: "Take your messages along first" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Delete the account" }));
  const confirm = screen.getByRole("button", { name: "Delete for good" });
  expect(confirm).toBeDisabled();
  await userEvent.type(screen.getByLabelText("Your password"), "ama");
  await userEvent.click(confirm);
  expect(deleteAccount).toHaveBeenCalledWith("ama");
  expect(screen.getByLabelText("Your password")).toHaveAccessibleDescription(/another owner/);
});
