import { expect, test } from "vitest";

import { catalogue } from "./index";
import { disguised, pseudo } from "./pseudo";

const { chat, call, list, people } = pseudo(catalogue("en"));

test("a text is accented, in brackets, and a third longer", () => {
  expect(disguised("Send")).toBe("⟦Šéñđ··⟧");
});

test("what is put into a text stays as it was", () => {
  expect(chat.saidBy("Kofi", "hello")).toMatch(/^⟦Kofi: hello·+⟧$/u);
  expect(chat.typingOne("Ama")).toContain("Ama îš ţýþîñğ");
});

test("texts for a count and texts that choose keep choosing", () => {
  expect(list.unread(1)).toContain("1 ûñřéàđ ɱéššàğé·");
  expect(list.unread(2)).toContain("2 ûñřéàđ ɱéššàğéš·");
  expect(call.tile("Ama", "")).toBe("⟦Ama⟧");
  expect(people.availability.busy).toBe("⟦Ɓûšý··⟧");
});
