import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { EmptyState } from "./EmptyState";
import { PICTURES, type PictureKind } from "./Picture";

test.each(Object.keys(PICTURES) as PictureKind[])(
  "%s is said in words beside its picture",
  (picture) => {
    const { container } = render(<EmptyState picture={picture} title="Nobody" text="Nothing" />);

    expect(screen.getByRole("heading", { name: "Nobody" })).toBeInTheDocument();
    expect(screen.getByText("Nothing")).toBeInTheDocument();
    expect(container.querySelector("svg")).toHaveAttribute("aria-hidden", "true");
  },
);
