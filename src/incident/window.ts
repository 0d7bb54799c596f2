import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import type { Instant } from './alert.ts';
import type { Matcher } from './match.ts';

/** A time that comes again, in which what it matches is silenced: a night of patches. */
export interface MaintenanceWindow {
  name: string;
  match: Matcher;
  /** IANA: `Europe/Berlin`. */
  timeZone: string;
  /** Either hours of days of the week, or a cron expression and how long it lasts. */
  at: Weekly | { cron: string; minutes: number };
}

export interface Weekly {
  /** 1 is Monday, 7 Sunday: the day on which it begins. */
  days: number[];
  /** `22:00`; where `to` is not later, it ends on the next day. */
  from: string;
  to: string;
}

/** The stretch of time that a window is open at a moment; `undefined` where it is closed then. */
export function openAt(
  window: MaintenanceWindow,
  now: Instant,
): { from: Instant; until: Instant } | undefined {
  const { at } = window;
  return 'cron' in at ? byCron(at, window.timeZone, now) : byWeek(at, window.timeZone, now);
}

function byCron({ cron, minutes }: { cron: string; minutes: number }, timeZone: string, now: Instant) {
  const job = new Cron(cron, { timezone: timeZone, paused: true });
  // It looks for what was before: a moment later, so that one which begins just now counts.
  const [from] = job.previousRuns(1, new Date(Date.parse(now) + 1_000));
  if (!from) return undefined;
  const until = from.getTime() + minutes * 60_000;
  return until > Date.parse(now) ? { from: from.toISOString(), until: instant(until) } : undefined;
}

/** It began today or yesterday: no window of hours lasts longer than a day. */
function byWeek({ days, from, to }: Weekly, timeZone: string, now: Instant) {
  const today = Temporal.Instant.from(now).toZonedDateTimeISO(timeZone).toPlainDate();
  for (const date of [today, today.subtract({ days: 1 })]) {
    if (!days.includes(date.dayOfWeek)) continue;
    const [begins, ends] = [
      at(date, from, timeZone),
      at(to > from ? date : date.add({ days: 1 }), to, timeZone),
    ];
    if (begins <= Date.parse(now) && Date.parse(now) < ends)
      return { from: instant(begins), until: instant(ends) };
  }
  return undefined;
}

/** An hour that a change of the clocks leaves out is the one after it. */
function at(date: Temporal.PlainDate, time: string, timeZone: string): number {
  return date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
}

const instant = (milliseconds: number): Instant => new Date(milliseconds).toISOString();
