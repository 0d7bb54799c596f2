export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
const units: Record<string, number> = { m: minute, h: hour, d: day, w: 7 * day };

/** Milliseconds of `30m`, `4 hours`, `7d`, `2w`; `undefined` where it is none. */
export function readLength(said: string): number | undefined {
  const read = /^(\d{1,5})\s*(m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)$/i.exec(said.trim());
  const length = Number(read?.[1]) * (units[read?.[2]?.[0]?.toLowerCase() ?? ''] ?? Number.NaN);
  return length > 0 ? length : undefined;
}
