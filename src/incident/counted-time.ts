import { Temporal } from 'temporal-polyfill';
import type { Instant } from './alert.ts';

/** Hours of work by the clock on the wall. */
export interface Hours {
  /** IANA name: `Europe/Berlin`. */
  zone: string;
  /** 1 is Monday, 7 Sunday. */
  days: number[];
  /** `09:00`. */
  from: string;
  /** `17:00`; on the next day where it is not after `from`. */
  to: string;
  /** Holidays: `2026-12-25`. */
  except: string[];
}

/** From one moment to another, the second not included. */
export interface Stretch {
  from: Instant;
  until: Instant;
}

/** Further ahead nobody looks: two weeks of holidays are an excuse, a year is a fault in the settings. */
const mostDays = 400;
const minuteMs = 60_000;

/**
 * When so many minutes have passed that count: all where there are no hours, otherwise those within them. Where the clock
 * is set on or back within hours of work, that day has an hour less or more. While it is held nothing passes.
 */
export function dueAfter(
  from: Instant,
  minutes: number,
  hours: Hours | undefined,
  holds: readonly Stretch[] = [],
): Instant {
  let due = passed(Date.parse(from), minutes * minuteMs, hours);
  for (const hold of holds) {
    const start = Math.max(Date.parse(hold.from), Date.parse(from));
    const end = Date.parse(hold.until);
    if (start >= due || end <= start) continue;
    due = passed(end, countedBetween(start, due, hours), hours);
  }
  return new Date(due).toISOString();
}

/** Minutes of a day of work, as the clock on the wall counts them. */
export function dayLength({ from, to }: Pick<Hours, 'from' | 'to'>): number {
  const length = minuteOf(to) - minuteOf(from);
  return length > 0 ? length : length + 1_440;
}

function minuteOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}

/** Milliseconds since 1970 at which `length` of them that count have passed since `from`. */
function passed(from: number, length: number, hours: Hours | undefined): number {
  if (!hours) return from + length;
  let left = length;
  for (const shift of shiftsFrom(from, hours)) {
    const start = Math.max(shift.from, from);
    if (start + left <= shift.to) return start + left;
    left -= shift.to - start;
  }
  // Hours that never come count as though there were none.
  return from + length;
}

function countedBetween(from: number, to: number, hours: Hours | undefined): number {
  if (!hours) return to - from;
  let counted = 0;
  for (const shift of shiftsFrom(from, hours)) {
    if (shift.from >= to) break;
    counted += Math.min(shift.to, to) - Math.max(shift.from, from);
  }
  return counted;
}

/** Days of work that end after a moment, in order. */
function* shiftsFrom(moment: number, hours: Hours): Generator<{ from: number; to: number }> {
  const { zone, days, from, to, except } = hours;
  const here = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(zone).toPlainDate();
  // What began yesterday may go on over midnight.
  let date = here.subtract({ days: 1 });
  for (let count = 0; count < mostDays; count += 1, date = date.add({ days: 1 })) {
    if (!days.includes(date.dayOfWeek) || except.includes(date.toString())) continue;
    const end = minuteOf(to) > minuteOf(from) ? date : date.add({ days: 1 });
    const shift = { from: momentOf(date, from, zone), to: momentOf(end, to, zone) };
    if (shift.to > moment && shift.from < shift.to) yield shift;
  }
}

function momentOf(date: Temporal.PlainDate, time: string, timeZone: string): number {
  return date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
}
