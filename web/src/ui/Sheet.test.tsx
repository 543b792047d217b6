import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";

import { Button } from "./Button";
import { Confirm, Sheet } from "./Sheet";

function Opener() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onPress={() => setOpen(true)}>Members</Button>
      {open && (
        <Sheet title="Six members" close={() => setOpen(false)}>
          <p>Ama</p>
        </Sheet>
      )}
    </>
  );
}

test("Escape closes it and the focus is where it was before", async () => {
  render(<Opener />);
  await userEvent.click(screen.getByRole("button", { name: "Members" }));
  expect(screen.getByRole("dialog", { name: "Six members" })).toBeInTheDocument();
  await userEvent.keyboard("{Escape}");

  expect(screen.queryByRole("dialog")).toBeNull();
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "Members" })).toHaveFocus());
});

test("its cross is named in words", async () => {
  render(<Opener />);
  await userEvent.click(screen.getByRole("button", { name: "Members" }));
  await userEvent.click(screen.getByRole("button", { name: "Close" }));

  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a question that is refused does nothing", async () => {
  const leave = vi.fn();
  const close = vi.fn();
  render(
    <Confirm title="Leave?" text="For good." confirmLabel="Leave" confirm={leave} close={close} />,
  );
  expect(screen.getByRole("alertdialog", { name: "Leave?" })).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));

  expect(leave).not.toHaveBeenCalled();
  expect(close).toHaveBeenCalledOnce();
});

test("a question that is answered does it and closes", async () => {
  const leave = vi.fn();
  const close = vi.fn();
  render(
    <Confirm title="Leave?" text="For good." confirmLabel="Leave" confirm={leave} close={close} />,
  );
  await userEvent.click(screen.getByRole("button", { name: "Leave" }));

  expect(leave).toHaveBeenCalledOnce();
  expect(close).toHaveBeenCalledOnce();
});
