import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { StorageBanner } from "./StorageBanner";

test("a full device says what helps, until it was read", async () => {
  const { rerender } = render(<StorageBanner storage="ok" />);
  expect(screen.queryByRole("status")).toBeNull();
  rerender(<StorageBanner storage="full" />);
  expect(screen.getByRole("status")).toHaveTextContent("Free some space");
  await userEvent.click(screen.getByRole("button", { name: "Understood" }));

  expect(screen.queryByRole("status")).toBeNull();
});

test("what was read of one trouble does not hide another", async () => {
  const { rerender } = render(<StorageBanner storage="unavailable" />);
  await userEvent.click(screen.getByRole("button", { name: "Understood" }));
  rerender(<StorageBanner storage="full" />);

  expect(screen.getByRole("status")).toBeInTheDocument();
});
