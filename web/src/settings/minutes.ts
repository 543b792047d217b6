/** Minutes of the day, as time fields write them. */

/** `22:05` for 1,325. */
export function timeOf(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** The other way; null for what is not a time yet. */
export function minuteOf(time: string): number | null {
  const match = /^(\d{2}):(\d{2})/.exec(time);
  if (match === null) return null;
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : null;
}
