/** Whether it is one's quiet time, by the clocks of the time zone that one chose. */

import type { Preferences } from "./protocol";

export function isQuiet({ quiet_hours }: Preferences, now: number): boolean {
  if (quiet_hours === null) return false;
  const { from_minute: from, to_minute: to } = quiet_hours;
  const minute = minuteOfDay(now, quiet_hours.time_zone);
  return from < to ? from <= minute && minute < to : from <= minute || minute < to;
}

/** Whether a call is only shown, and not heard. */
export function ringsSilently(preferences: Preferences, now: number): boolean {
  return preferences.quiet_hours?.calls_ring === false && isQuiet(preferences, now);
}

function minuteOfDay(now: number, timeZone: string): number {
  const options = { hour: "numeric", minute: "numeric", hourCycle: "h23", timeZone } as const;
  const parts = new Intl.DateTimeFormat("en", options).formatToParts(now);
  const part = (type: "hour" | "minute") => Number(parts.find((one) => one.type === type)?.value);
  return part("hour") * 60 + part("minute");
}
