import { render } from "@testing-library/react";
import { expect, test } from "vitest";

import { Highlight, split } from "./Highlight";

function marked(text: string, query: string): string[] {
  return split(text, query)
    .filter((part) => part.marked)
    .map((part) => part.text);
}

test("beginnings of words are marked, accents and case aside", () => {
  expect(marked("L’équipe de Séna", "EQUI sena")).toEqual(["équi", "Séna"]);
  expect(marked("on the mango", "ango")).toEqual([]);
});

test("a letter keeps the marks that stand after it", () => {
  const decomposed = "e\u0301quipe";

  expect(marked(decomposed, "e")).toEqual(["e\u0301"]);
});

test("the text stays what it was", () => {
  const { container } = render(<Highlight text="<b>under</b> the tree" query="b under" />);

  expect(container).toHaveTextContent("<b>under</b> the tree");
  expect(container.querySelector("b")).toBeNull();
});

test("nothing looked for marks nothing", () => {
  expect(split("a b", " ")).toEqual([
    { at: 0, text: "a", marked: false },
    { at: 1, text: " ", marked: false },
    { at: 2, text: "b", marked: false },
  ]);
});
