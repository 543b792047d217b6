import { expect, test } from "vitest";

import { readAgent } from "./agents";

test("a browser is called by its own name, not by those that it claims as well", () => {
  const windows =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
  expect(readAgent(`${windows} Chrome/140.0 Safari/537.36 Edg/140.0`)).toEqual({
    browser: "Edge",
    system: "Windows",
  });
  expect(readAgent(`${windows} Chrome/140.0 Safari/537.36`).browser).toBe("Chrome");
  const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15";
  expect(readAgent(`${phone} Version/18.0 Mobile/15E148 Safari/604.1`)).toEqual({
    browser: "Safari",
    system: "iPhone",
  });
});

test("a program that says nothing known is nothing known", () => {
  expect(readAgent("curl/8.9")).toEqual({ browser: null, system: null });
});
