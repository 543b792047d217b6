import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { Badge } from "./Badge";

test("beyond ninety-nine nobody counts, and the exact number is still told", () => {
  render(<Badge count={128} label="128 unread messages" />);

  expect(screen.getByRole("img", { name: "128 unread messages" })).toHaveTextContent("99+");
});
