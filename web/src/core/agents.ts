/** Which browser on which system a program says that it is, as its person would call it. */

/** The two, each null where it is not known. */
export type Agent = { browser: string | null; system: string | null };

/** Reads a `User-Agent`. Each one claims to be older ones too, so that the order decides. */
export function readAgent(agent: string): Agent {
  return { browser: first(BROWSERS, agent), system: first(SYSTEMS, agent) };
}

function first(known: readonly (readonly [string, string])[], agent: string): string | null {
  return known.find(([token]) => agent.includes(token))?.[1] ?? null;
}

const BROWSERS = [
  ["Edg/", "Edge"],
  ["EdgA/", "Edge"],
  ["OPR/", "Opera"],
  ["SamsungBrowser/", "Samsung Internet"],
  ["Firefox/", "Firefox"],
  ["FxiOS/", "Firefox"],
  ["CriOS/", "Chrome"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;

const SYSTEMS = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["CrOS", "ChromeOS"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["Linux", "Linux"],
] as const;
