import { Temporal } from 'temporal-polyfill';
import type { Stretch } from './stretch.ts';
import { dateAt, momentOf } from './wall-clock.ts';

/** A time of every day, or of some days of the week, by the clock on the wall. */
export interface Hours {
  /** 1 is Monday, 7 Sunday: the day on which it begins. */
  days: number[];
  /** `22:00`. */
  from: string;
  /** `06:00`; on the next day where it is not after `from`, and the whole day round where it is the same. */
  to: string;
}

export const everyDay = [1, 2, 3, 4, 5, 6, 7];

/** When that is of a day; `undefined` on days that are not meant, and where a change of the clocks leaves nothing of it. */
export function hoursOn(
  { days, from, to }: Hours,
  date: Temporal.PlainDate,
  zone: string,
): Stretch | undefined {
  if (!days.includes(date.dayOfWeek)) return undefined;
  const end = to <= from ? date.add({ days: 1 }) : date;
  const stretch = { from: momentOf(date, from, zone), to: momentOf(end, to, zone) };
  return stretch.from < stretch.to ? stretch : undefined;
}

/** The times that are meant, as far as they touch a stretch; not cut to it. */
export function hoursWithin(hours: readonly Hours[], stretch: Stretch, zone: string): Stretch[] {
  return datesAround(stretch, zone)
    .flatMap((date) => hours.flatMap((one) => hoursOn(one, date, zone) ?? []))
    .filter(({ from, to }) => from < stretch.to && stretch.from < to);
}

/** The time that it is within at a moment; `undefined` where it is outside. */
export function hoursAt(hours: Hours, at: number, zone: string): Stretch | undefined {
  return hoursWithin([hours], { from: at, to: at + 1 }, zone)[0];
}

/** Every day of which something lies within the stretch, and the one before: what began then may go on. */
function datesAround({ from, to }: Stretch, zone: string): Temporal.PlainDate[] {
  const dates: Temporal.PlainDate[] = [];
  const last = dateAt(to, zone);
  for (
    let date = dateAt(from, zone).subtract({ days: 1 });
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  )
    dates.push(date);
  return dates;
}
