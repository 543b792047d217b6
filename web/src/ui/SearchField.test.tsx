import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";

import { SearchField } from "./SearchField";

function Search() {
  const [value, setValue] = useState("");
  return <SearchField label="Search" value={value} onChange={setValue} />;
}

test("Escape empties it", async () => {
  render(<Search />);
  const field = screen.getByRole("searchbox", { name: "Search" });
  await userEvent.type(field, "mango");
  expect(field).toHaveValue("mango");
  await userEvent.keyboard("{Escape}");

  expect(field).toHaveValue("");
});

test("the cross empties it and leaves the cursor in it", async () => {
  render(<Search />);
  const field = screen.getByRole("searchbox", { name: "Search" });
  await userEvent.type(field, "mango");
  await userEvent.click(screen.getByRole("button", { name: "Empty the field" }));

  expect(field).toHaveValue("");
  expect(field).toHaveFocus();
});
