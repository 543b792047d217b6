import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { Skeleton } from "./Skeleton";
import { Spinner } from "./Spinner";

test("what is on its way says so once, whatever its shape", () => {
  const { rerender } = render(<Skeleton label="Loading" />);
  expect(screen.getByRole("status", { name: "Loading" })).toBeInTheDocument();
  rerender(<Skeleton label="Loading" shape="bubbles" />);

  expect(screen.getAllByRole("status")).toHaveLength(1);
});

test("fruits beside words are silent, fruits alone are not", () => {
  const { rerender, container } = render(<Spinner />);
  expect(container.firstElementChild).toHaveAttribute("aria-hidden", "true");
  rerender(<Spinner label="Opening" />);

  expect(screen.getByRole("progressbar", { name: "Opening" })).toBeInTheDocument();
});
