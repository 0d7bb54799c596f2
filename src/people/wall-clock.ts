import { Temporal } from 'temporal-polyfill';
import type { Stretch } from './spans.ts';

/** `monday` … `sunday`; the first is 1, as ISO 8601 counts them. */
export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

/** A time of every day, or of some days of the week, by the clock on the wall; over midnight where it ends before it begins. */
export interface Hours {
  days: readonly Weekday[];
  /** `22:00`. */
  from: string;
  /** `06:00`; the whole day round where it is as `from`. */
  to: string;
}

/**
 * When that is by the clock on the wall of a zone. A time that the clocks skip is as much later as they jump, and one that
 * there is twice is the first: what begins then begins once a year at another hour, and never not at all.
 */
export function momentOf(date: Temporal.PlainDate, time: string, zone: string): number {
  return date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
}

/** Whether everybody knows a zone of that name. */
export function isZone(name: string): boolean {
  try {
    return Boolean(zonedAt(0, name));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The day that it is there. */
export function dateAt(at: number, zone: string): Temporal.PlainDate {
  return zonedAt(at, zone).toPlainDate();
}

export function zonedAt(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
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

/** A whole day there: 23 or 25 hours long where the clocks are changed. */
function dayOf(date: Temporal.PlainDate, zone: string): Stretch {
  return { from: momentOf(date, '00:00', zone), to: momentOf(date.add({ days: 1 }), '00:00', zone) };
}

/** `2026-12-25`. */
export const dayNamed = (date: string, zone: string): Stretch => dayOf(Temporal.PlainDate.from(date), zone);

/** The times that are meant, as far as they touch a stretch; not cut to it. */
export function hoursWithin(hours: readonly Hours[], stretch: Stretch, zone: string): Stretch[] {
  return datesAround(stretch, zone)
    .flatMap((date) => hours.flatMap((one) => (isOn(one, date) ? [onDate(one, date, zone)] : [])))
    .filter(({ from, to }) => from < stretch.to && stretch.from < to && from < to);
}

const isOn = ({ days }: Hours, { dayOfWeek }: Temporal.PlainDate): boolean =>
  days.some((day) => weekdays.indexOf(day) === dayOfWeek - 1);

function onDate({ from, to }: Hours, date: Temporal.PlainDate, zone: string): Stretch {
  const end = to <= from ? date.add({ days: 1 }) : date;
  return { from: momentOf(date, from, zone), to: momentOf(end, to, zone) };
}
