import { expect, test } from "vitest";

import { catalogue } from "../core/i18n";
import { remedy } from "./devices";

const t = catalogue("en");

test("each browser hides its leave elsewhere, and the words say where", () => {
  const said = (agent: string) => remedy("denied", agent, t);
  expect(said("Mozilla/5.0 (X11) Gecko/20100101 Firefox/140.0")).toBe(t.join.denied.firefox);
  expect(said("Mozilla/5.0 AppleWebKit/537.36 Chrome/140.0 Safari/537.36")).toBe(
    t.join.denied.chromium,
  );
  expect(said("Mozilla/5.0 (Macintosh) Version/18.0 Safari/605.1.15")).toBe(t.join.denied.safari);
  expect(said("Mozilla/5.0 (iPhone) CriOS/140.0 Safari/604.1")).toBe(t.join.denied.ios);
  expect(said("Lynx/2.9")).toBe(t.call.refused.denied);
  expect(remedy("missing", "Chrome/140.0", t)).toBe(t.call.refused.missing);
});
