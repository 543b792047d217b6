import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { Meter } from "./Meter";

test.each([
  [-1, 0],
  [0.5, 7],
  [3, 14],
])("a level of %s lights %s drops", (level, lit) => {
  const { container } = render(<Meter label="Microphone" level={level} />);

  expect(container.querySelectorAll("[data-lit=true]")).toHaveLength(lit);
  expect(screen.getByLabelText("Microphone")).toHaveAttribute("aria-valuenow", String(lit));
});
