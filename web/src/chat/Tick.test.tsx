import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { Tick } from "./Tick";

test.each([
  ["pending", "Waiting to be sent"],
  ["failed", "Not sent"],
  ["sent", "Sent"],
  ["delivered", "Delivered"],
  ["read", "Read"],
] as const)("the tick of a %s message is named", (tick, name) => {
  render(<Tick tick={tick} />);
  expect(screen.getByRole("img", { name })).toBeInTheDocument();
});
