/** Moments, days and durations as people read them. */

import type { Language } from "../core/i18n";

/** The time of day, such as 14:05 or 2:05 PM. */
export function timeOfDay(at: number, language: Language): string {
  return formatter(language, { hour: "numeric", minute: "2-digit" }).format(at);
}

/** A key that is the same for all moments of one local day. */
export function dayKey(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** The words for a day: today, yesterday, a weekday within the week, else the date. */
export function dayLabel(
  at: number,
  now: number,
  language: Language,
  words: { today: string; yesterday: string },
): string {
  const days = daysBetween(at, now);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  if (days > 1 && days < DAYS_OF_WEEK) {
    return capitalised(formatter(language, { weekday: "long" }).format(at));
  }
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const options: Intl.DateTimeFormatOptions = sameYear
    ? { weekday: "long", day: "numeric", month: "long" }
    : { day: "numeric", month: "long", year: "numeric" };
  return capitalised(formatter(language, options).format(at));
}

/** The short form for the list: the time today, else the day. */
export function shortMoment(
  at: number,
  now: number,
  language: Language,
  words: { yesterday: string },
): string {
  const days = daysBetween(at, now);
  if (days <= 0) return timeOfDay(at, language);
  if (days === 1) return words.yesterday;
  if (days < DAYS_OF_WEEK) return formatter(language, { weekday: "short" }).format(at);
  return formatter(language, { day: "2-digit", month: "2-digit", year: "2-digit" }).format(at);
}

/** A moment to come: the time today, else the day with it. */
export function momentToCome(at: number, now: number, language: Language): string {
  if (dayKey(at) === dayKey(now)) return timeOfDay(at, language);
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  return formatter(language, { weekday: "long", ...time }).format(at);
}

/** How long ago, such as "5 minutes ago". */
export function ago(at: number, now: number, language: Language): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const minutes = Math.round((at - now) / MINUTE_MS);
  if (minutes > -60) return format.format(Math.min(minutes, 0), "minute");
  const hours = Math.round(minutes / 60);
  if (hours > -24) return format.format(hours, "hour");
  return format.format(Math.round(hours / 24), "day");
}

/** How long until then, such as "in 7 days". */
export function until(at: number, now: number, language: Language): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  const minutes = Math.max(1, Math.round((at - now) / MINUTE_MS));
  if (minutes < 60) return format.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  if (hours < 48) return format.format(hours, "hour");
  return format.format(Math.round(hours / 24), "day");
}

/** A running time such as 4:05 or 1:02:09. */
export function clockDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A finished duration such as "4 min" or "1 h 2 min". */
export function spokenDuration(ms: number, language: Language): string {
  const seconds = Math.round(ms / 1000);
  const unit = (value: number, name: "hour" | "minute" | "second"): string =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(
      value,
    );
  if (seconds < 60) return unit(seconds, "second");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return unit(minutes, "minute");
  const rest = minutes % 60;
  const hours = unit(Math.floor(minutes / 60), "hour");
  return rest === 0 ? hours : `${hours} ${unit(rest, "minute")}`;
}

/** How large something is, such as "2.4 MB": as file managers count, in steps of a thousand. */
export function fileSize(bytes: number, language: Language): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}

/** Whole local days from one moment to a later one. */
function daysBetween(at: number, now: number): number {
  const midnight = (moment: number): number => new Date(moment).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / DAY_MS);
}

/** Making a formatter is slow; a list draws thousands of moments. */
function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const kept = FORMATTERS.get(key);
  if (kept !== undefined) return kept;
  const made = new Intl.DateTimeFormat(language, options);
  FORMATTERS.set(key, made);
  return made;
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

const FORMATTERS = new Map<string, Intl.DateTimeFormat>();
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS_OF_WEEK = 7;
