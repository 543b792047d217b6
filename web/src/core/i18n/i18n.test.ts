import { expect, test } from "vitest";

import { catalogue, LANGUAGES, type Language, preferred } from "./index";
import { isPlural, plural } from "./plural";
import { disguised, pseudo } from "./pseudo";
import { PUSH_WORDS } from "./push";

/** The same in both languages and right in both; everything else that is equal was forgotten. */
const SAME = new Set([
  ...["Palabre", "Audio", "Invisible", "Messages", "Conversations", "Notes", "Date", "Type", "#"],
  ...["Notifications"],
  ...["Page", "Image", "Photo", "Source", "Document", "Audios", "Code", "Options", "Messages :"],
]);

test("the first language there are texts in is taken", () => {
  expect(preferred(["ee-TG", "fr-TG", "en"])).toBe("fr");
  expect(preferred(["ee"])).toBe("en");
});

test.each(languages())("every text is there in %s", (language) => {
  const english = texts(all("en"));
  const found = texts(all(language));

  expect([...found.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  expect([...found].filter(([, said]) => said.some((text) => text.trim() === ""))).toEqual([]);
  expect([...found].filter(([, said]) => said.some(isBroken))).toEqual([]);
});

test.each(languages().filter((language) => language !== "en"))(
  "no text was left in English in %s",
  (language) => {
    const english = texts(all("en"));

    const left = [...texts(all(language))].filter(([key, said]) =>
      said.some((text, at) => text === english.get(key)?.[at] && !SAME.has(words(text))),
    );

    expect(left).toEqual([]);
  },
);

test.each(languages())("%s writes its own marks", (language) => {
  const said = [...texts(all(language))];

  // Straight quotes and three dots are what a typewriter had.
  expect(said.filter(([, said]) => said.some((text) => /['"]|\.\.\./.test(text)))).toEqual([]);
});

test("French keeps a space before its high marks", () => {
  const wrong = [...texts(all("fr"))].filter(([, said]) =>
    said.some((text) => /[^\s\d\u00a0\u202f][;!?](?!\w)|\p{L}:(?!\/)/u.test(text)),
  );

  expect(wrong).toEqual([]);
});

test("the language that nobody speaks says everything in its own way", () => {
  const found = texts(pseudo(catalogue("en")));

  expect([...found].filter(([, said]) => said.some((text) => !text.startsWith("⟦")))).toEqual([]);
  expect(disguised("Open")).not.toBe("Open");
});

test("French counts nothing as singular and English does not", () => {
  const forms = { one: "# message", other: "# messages" };

  expect(plural("en", forms)(0)).toBe("0 messages");
  expect(plural("fr", forms)(0)).toBe("0 message");
  expect(plural("fr", forms)(2)).toBe("2 messages");
});

/** What every text says, by its path; those that take something are asked with examples. */
function texts(group: object, path = ""): Map<string, string[]> {
  return new Map(
    Object.entries(group).flatMap(([key, text]): [string, string[]][] => {
      const at = path === "" ? key : `${path}.${key}`;
      if (typeof text === "string") return [[at, [text]]];
      if (isPlural(text)) return [[at, COUNTS.map((count) => text(count))]];
      if (typeof text === "function") {
        const ask = text as (...parameters: string[]) => string;
        return [[at, [ask(...EXAMPLES.slice(0, ask.length))]]];
      }
      return [...texts(text as object, at)];
    }),
  );
}

/** A text without what was put into it. */
function words(text: string): string {
  return EXAMPLES.reduce((rest, example) => rest.replaceAll(example, "#"), text)
    .replace(/\d[\d\s,.\u202f]*/gu, "#")
    .replace(/[#\s(),·+@]+/gu, (gap) => (gap.trim() === "" ? " " : "#"))
    .trim();
}

function isBroken(text: string): boolean {
  return /undefined|NaN|\[object|#/.test(text);
}

/** The texts of the pages and of the service worker. */
function all(language: Language): object {
  return { ...catalogue(language), push: PUSH_WORDS[language] };
}

function languages(): Language[] {
  return Object.keys(LANGUAGES) as Language[];
}

/** One, few and many of every rule of plurals. */
const COUNTS = [0, 1, 2, 5, 1_000_000];
const EXAMPLES = ["Ama", "Kofi", "Yao", "Sena"];
