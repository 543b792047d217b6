import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { Button } from "./Button";
import { Popover } from "./Popover";

test("what is done in it closes it, and the keyboard is where it was", async () => {
  render(
    <Popover label="Sound" trigger={<Button disabled={false}>Open</Button>}>
      {(close) => <Button onPress={close}>Done</Button>}
    </Popover>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  expect(screen.getByRole("dialog", { name: "Sound" })).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Done" }));

  expect(screen.queryByRole("dialog")).toBeNull();
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "Open" })).toHaveFocus());
});
