import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Button, IconButton } from "./Button";

test("an action that is not possible disables its button by that alone", () => {
  render(<Button>Call</Button>);

  expect(screen.getByRole("button", { name: "Call" })).toBeDisabled();
});

test("a press is told once, and not while what it began is under way", async () => {
  const call = vi.fn();
  const { rerender } = render(<Button onPress={call}>Call</Button>);
  await userEvent.click(screen.getByRole("button"));
  rerender(
    <Button onPress={call} busy>
      Call
    </Button>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Call" }));

  expect(call).toHaveBeenCalledOnce();
});

test("an icon says its name, and shows it with its key when a keyboard comes to it", async () => {
  render(
    <IconButton label="Mute the microphone" shortcut="M" onPress={() => undefined}>
      <svg aria-hidden="true" />
    </IconButton>,
  );
  await userEvent.tab();

  expect(screen.getByRole("button", { name: "Mute the microphone" })).toHaveFocus();
  expect(screen.getByRole("tooltip")).toHaveTextContent("Mute the microphoneM");
});

test("a button that is switched on says so", () => {
  render(
    <IconButton label="Show" pressed onPress={() => undefined}>
      <svg aria-hidden="true" />
    </IconButton>,
  );

  expect(screen.getByRole("button", { pressed: true })).toBeInTheDocument();
});
