import { fireEvent, render } from "@testing-library/react";
import { expect, test } from "vitest";

import { kofi } from "../fixture/people";
import { Avatar } from "./Avatar";

test("a picture that does not load leaves the initials", () => {
  const { container } = render(<Avatar person={kofi} picture="/gone.jpg" />);
  const picture = container.querySelector("img");
  expect(picture).toHaveAttribute("width", "44");
  if (picture !== null) fireEvent.error(picture);

  expect(container.querySelector("img")).toBeNull();
  expect(container.querySelector("[data-initials]")).toHaveAttribute("data-initials", "KA");
});

test("it says nothing to a screen reader, for the name stands beside it", () => {
  const { container } = render(<Avatar person={kofi} presence />);

  expect(container.firstElementChild).toHaveAttribute("aria-hidden", "true");
  expect(container).toHaveTextContent("");
});
