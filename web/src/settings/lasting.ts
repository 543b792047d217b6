/** How long a status lasts. */

export const LASTING = ["always", "half_hour", "hour", "four_hours", "today", "week"] as const;

export type Lasting = (typeof LASTING)[number];

/** When it is over, in ms since 1970; null for one that lasts until the next. */
export function endOf(lasting: Lasting, now: number): number | null {
  switch (lasting) {
    case "always":
      return null;
    case "half_hour":
      return now + HOUR_MS / 2;
    case "hour":
      return now + HOUR_MS;
    case "four_hours":
      return now + 4 * HOUR_MS;
    case "today":
      return midnight(now, 1);
    case "week": {
      // Weeks begin on Mondays here.
      const day = (new Date(now).getDay() + 6) % 7;
      return midnight(now, 7 - day);
    }
  }
}

/** The beginning of a day, by the clock of this device. */
function midnight(now: number, daysOn: number): number {
  const at = new Date(now);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + daysOn).getTime();
}

const HOUR_MS = 60 * 60_000;
