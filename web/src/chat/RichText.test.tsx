import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { parse } from "../core/markup";
import { RichText } from "./RichText";
import { foundRanges } from "./words";

function written(source: string) {
  return parse(source, (name) => (name === "ama" ? "person-ama" : null));
}

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

test("a link of an entity that leads elsewhere than to a page is no link", () => {
  const entities = [
    { offset: 0, length: 4, style: { kind: "link", url: "javascript:x" } as const },
  ];
  render(<RichText text="here" entities={entities} />);
  expect(screen.getByText("here")).toBeInTheDocument();
  expect(screen.queryByRole("link")).toBeNull();
});

test("parts are drawn as what they are", () => {
  const { container } = render(
    <RichText {...written("*loud _soft_* `x`\n> said\n- milk\n- eggs\n```sh\nmake\n```\nend")} />,
  );
  expect(container.querySelector("strong em")).toHaveTextContent("soft");
  expect(container.querySelector("blockquote")).toHaveTextContent("said");
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["milk", "eggs"]);
  expect(container.querySelector("pre")).toHaveTextContent("make");
  // A block begins a line by itself: no empty one is drawn beside it.
  expect(container.textContent).toBe("loud soft xsaidmilkeggsmakeend");
});

test("a mention shows what the person is called now, and leads there", async () => {
  const showPerson = vi.fn();
  render(
    <RichText
      {...written("hi @ama")}
      me="person-kofi"
      nameOf={() => "Ama Mensah"}
      showPerson={showPerson}
    />,
  );
  await userEvent.click(screen.getByRole("button", { name: "@Ama Mensah" }));
  expect(showPerson).toHaveBeenCalledExactlyOnceWith("person-ama");
});

test("a mention of oneself stands out", () => {
  render(<RichText {...written("hi @ama")} me="person-ama" />);
  expect(screen.getByText("@ama")).toHaveAttribute("data-me", "true");
});

test("found words are marked with their accents", () => {
  expect(foundRanges("Les étés d’Éléonore", "ete elé")).toEqual([
    [4, 7],
    [11, 14],
  ]);
  render(<RichText text="Un bel été" found="ETE" />);
  expect(screen.getByText("été").tagName).toBe("MARK");
});
