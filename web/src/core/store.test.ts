import { expect, test, vi } from "vitest";

import { Store } from "./store";

test("a listener hears of a change until it unsubscribes", () => {
  const store = new Store(1);
  const listener = vi.fn();
  const unsubscribe = store.subscribe(listener);

  store.set(2);
  unsubscribe();
  store.set(3);

  expect(listener).toHaveBeenCalledTimes(1);
});

test("setting the same value again tells nobody", () => {
  const store = new Store("same");
  const listener = vi.fn();
  store.subscribe(listener);

  store.set("same");

  expect(listener).not.toHaveBeenCalled();
});
