import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { Tabs } from "./Tabs";

test("arrows go from one to the next, past what cannot be opened", async () => {
  render(
    <Tabs
      label="About"
      tabs={[
        { id: "people", title: "People", panel: "six" },
        { id: "calls", title: "Calls", panel: "two", disabled: true },
        { id: "files", title: "Files", panel: "none" },
      ]}
    />,
  );
  expect(screen.getByRole("tabpanel", { name: "People" })).toHaveTextContent("six");
  await userEvent.tab();
  await userEvent.keyboard("{ArrowRight}");

  expect(screen.getByRole("tab", { name: "Files" })).toHaveFocus();
  expect(screen.getByRole("tabpanel", { name: "Files" })).toHaveTextContent("none");
});
