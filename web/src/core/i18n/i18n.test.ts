import { expect, test } from "vitest";

import { catalogue, preferred } from "./index";
import { plural } from "./plural";

test("the first language there are texts in is taken", () => {
  expect(preferred(["ee-TG", "fr-TG", "en"])).toBe("fr");
  expect(preferred(["ee"])).toBe("en");
});

test("every text is there in every language", () => {
  const holes = (texts: object, path: string): string[] =>
    Object.entries(texts).flatMap(([key, text]) => {
      if (typeof text === "object" && text !== null) return holes(text, `${path}.${key}`);
      return text === "" ? [`${path}.${key}`] : [];
    });

  expect(holes(catalogue("en"), "en")).toEqual([]);
  expect(holes(catalogue("fr"), "fr")).toEqual([]);
});

test("French counts nothing as singular and English does not", () => {
  const forms = { one: "# message", other: "# messages" };

  expect(plural("en", forms)(0)).toBe("0 messages");
  expect(plural("fr", forms)(0)).toBe("0 message");
  expect(plural("fr", forms)(2)).toBe("2 messages");
});
