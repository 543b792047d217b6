import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { useRoving } from "./useRoving";

type ListProps = {
  names: readonly string[];
  chosen?: string;
  options?: Parameters<typeof useRoving>[0];
};

function List({ names, chosen, options }: ListProps) {
  const { box, onKeyDown, onFocus } = useRoving<HTMLUListElement>(options);
  return (
    <>
      <button type="button">Before</button>
      <ul ref={box} onKeyDown={onKeyDown} onFocus={onFocus}>
        {names.map((name) => (
          <li key={name}>
            <button
              type="button"
              data-stop={name}
              aria-current={name === chosen ? "page" : undefined}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
      <button type="button">After</button>
    </>
  );
}

const focused = (): string | null => document.activeElement?.textContent ?? null;

test("a list is one stop, and arrows, Home and End go through it", async () => {
  render(<List names={["Ama", "Kofi", "Yao"]} />);
  await userEvent.tab();
  await userEvent.tab();
  expect(focused()).toBe("Ama");
  await userEvent.keyboard("{ArrowDown}");
  expect(focused()).toBe("Kofi");
  await userEvent.keyboard("{End}");
  expect(focused()).toBe("Yao");
  await userEvent.keyboard("{Home}");
  expect(focused()).toBe("Ama");
  await userEvent.tab();

  expect(focused()).toBe("After");
});

test("one comes in at the chosen one, and back to where one was", async () => {
  render(<List names={["Ama", "Kofi", "Yao"]} chosen="Kofi" />);
  await userEvent.tab();
  await userEvent.tab();
  expect(focused()).toBe("Kofi");
  await userEvent.keyboard("{ArrowDown}");
  await userEvent.tab();
  await userEvent.tab({ shift: true });

  expect(focused()).toBe("Yao");
});

test("a list whose stop went away is still reached", async () => {
  const { rerender } = render(<List names={["Ama", "Kofi"]} />);
  screen.getByRole("button", { name: "Kofi" }).focus();
  rerender(<List names={["Ama", "Yao"]} />);
  screen.getByRole("button", { name: "Before" }).focus();
  await userEvent.tab();

  expect(focused()).toBe("Ama");
});

test("going past the end leaves the focus", async () => {
  render(<List names={["Ama"]} />);
  screen.getByRole("button", { name: "Ama" }).focus();
  await userEvent.keyboard("{ArrowDown}{ArrowUp}");

  expect(focused()).toBe("Ama");
});

test("a timeline is entered at its latest, and what is not drawn yet is brought first", async () => {
  const jump = vi.fn(() => "One");
  render(<List names={["One", "Two", "Three"]} options={{ from: "last", jump }} />);
  await userEvent.tab();
  await userEvent.tab();
  expect(focused()).toBe("Three");
  await userEvent.keyboard("{Home}");

  expect(jump).toHaveBeenCalledExactlyOnceWith("start");
  await vi.waitFor(() => expect(focused()).toBe("One"));
});
