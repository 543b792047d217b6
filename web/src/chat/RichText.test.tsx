import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { RichText } from "./RichText";

test("web addresses become links that tell the other site nothing", () => {
  render(<RichText text="See https://palabre.example/demo." />);
  const link = screen.getByRole("link", { name: "https://palabre.example/demo" });
  expect(link).toHaveAttribute("rel", expect.stringContaining("noopener"));
});

test.each(["javascript:alert(1)", "<img src=x onerror=alert(1)>", "data:text/html,x"])(
  "%s stays text",
  (text) => {
    render(<RichText text={text} />);
    expect(screen.getByText(text)).toBeInTheDocument();
    expect(screen.queryByRole("link")).toBeNull();
    expect(screen.queryByRole("img")).toBeNull();
  },
);
