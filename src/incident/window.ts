import { Cron } from 'croner';
import { type Hours, hoursAt } from '../time/hours.ts';
import type { Instant } from './alert.ts';
import type { Matcher } from './match.ts';

/** A time that comes again, in which what it matches is silenced: a night of patches. */
export interface MaintenanceWindow {
  name: string;
  match: Matcher;
  /** IANA: `Europe/Berlin`. */
  timeZone: string;
  /** Either hours of days of the week, or a cron expression and how long it lasts. */
  at: Hours | { cron: string; minutes: number };
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

function byWeek(hours: Hours, timeZone: string, now: Instant) {
  const open = hoursAt(hours, Date.parse(now), timeZone);
  return open && { from: instant(open.from), until: instant(open.to) };
}

const instant = (milliseconds: number): Instant => new Date(milliseconds).toISOString();
