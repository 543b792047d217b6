import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { SkipLink } from "./SkipLink";

test("it is the first stop, and leads past everything to the main place", async () => {
  render(
    <>
      <SkipLink />
      <nav>
        <button type="button">Settings</button>
      </nav>
      <main aria-label="Kofi">
        <button type="button">Send</button>
      </main>
    </>,
  );
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");

  expect(screen.getByRole("main")).toHaveFocus();
  await userEvent.tab();
  expect(screen.getByRole("button", { name: "Send" })).toHaveFocus();
});
