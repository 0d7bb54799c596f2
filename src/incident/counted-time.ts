import { type Hours, hoursOn } from '../time/hours.ts';
import { dateAt } from '../time/wall-clock.ts';
import type { Instant } from './alert.ts';

/** Hours of work by the clock on the wall. */
export interface WorkHours extends Hours {
  /** IANA name: `Europe/Berlin`. */
  timeZone: string;
  /** Holidays: `2026-12-25`. */
  except: string[];
}

/** While nothing passes: from one moment to another, the second not included. */
export interface Hold {
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
  hours: WorkHours | undefined,
  holds: readonly Hold[] = [],
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
function passed(from: number, length: number, hours: WorkHours | undefined): number {
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

function countedBetween(from: number, to: number, hours: WorkHours | undefined): number {
  if (!hours) return to - from;
  let counted = 0;
  for (const shift of shiftsFrom(from, hours)) {
    if (shift.from >= to) break;
    counted += Math.min(shift.to, to) - Math.max(shift.from, from);
  }
  return counted;
}

/** Days of work that end after a moment, in order. */
function* shiftsFrom(moment: number, hours: WorkHours): Generator<{ from: number; to: number }> {
  const { timeZone, except } = hours;
  // What began yesterday may go on over midnight.
  let date = dateAt(moment, timeZone).subtract({ days: 1 });
  for (let count = 0; count < mostDays; count += 1, date = date.add({ days: 1 })) {
    const shift = except.includes(date.toString()) ? undefined : hoursOn(hours, date, timeZone);
    if (shift && shift.to > moment) yield shift;
  }
}
