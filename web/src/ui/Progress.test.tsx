import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { Progress } from "./Progress";

test("how far it is, is told in percent", () => {
  render(<Progress label="devis.pdf" value={0.42} />);

  const bar = screen.getByRole("progressbar", { name: "devis.pdf" });
  expect(bar).toHaveAttribute("aria-valuetext", "42%");
  expect(bar).toHaveTextContent("42%");
});

test("what nobody knows the end of claims no value", () => {
  render(<Progress label="Reading" value={null} />);

  expect(screen.getByRole("progressbar", { name: "Reading" })).not.toHaveAttribute("aria-valuenow");
});
