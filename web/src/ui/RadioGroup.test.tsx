import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";

import { RadioGroup } from "./RadioGroup";

const CHOICES = [
  { value: "all", label: "Everybody", hint: "Whoever has the link" },
  { value: "nobody", label: "Nobody" },
] as const;

function Choosing() {
  const [value, setValue] = useState<"all" | "nobody">("all");
  return <RadioGroup label="Who may join" choices={CHOICES} value={value} onChange={setValue} />;
}

test("it is one stop of the keyboard, and arrows choose in it", async () => {
  render(<Choosing />);
  await userEvent.tab();
  await userEvent.keyboard("{ArrowDown}");

  expect(screen.getByRole("radio", { name: "Nobody" })).toBeChecked();
  expect(screen.getByRole("radio", { name: /Everybody/ })).not.toBeChecked();
  await userEvent.tab();
  expect(document.body).toHaveFocus();
});
