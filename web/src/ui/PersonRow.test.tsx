import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { kofi } from "../fixture/people";
import { IconButton } from "./Button";
import { PersonRow } from "./PersonRow";

test("the name is read once, then what is said about it and what can be done", () => {
  const { container } = render(
    <PersonRow person={kofi} note="(you)" detail="@kofi">
      <IconButton label="Remove Kofi Adjei" onPress={() => undefined}>
        <svg aria-hidden="true" />
      </IconButton>
    </PersonRow>,
  );

  expect(container).toHaveTextContent("Kofi Adjei (you)@kofi");
  expect(screen.getByRole("button", { name: "Remove Kofi Adjei" })).toBeEnabled();
});
