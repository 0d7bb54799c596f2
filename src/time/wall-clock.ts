import { Temporal } from 'temporal-polyfill';
import type { Stretch } from './stretch.ts';

/** Whether there is a time zone of that name, like `Europe/Berlin`. An offset is none: its clocks are never changed. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(zonedAt(0, name)) && !/^[+-]/.test(name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * When that is by the clock on the wall of a zone. A time that the clocks skip is as much later as they jump, and one that
 * there is twice is the first: what begins then begins once a year at another hour, and never not at all.
 */
export function momentOf(date: Temporal.PlainDate, time: string, zone: string): number {
  return date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
}

export function zonedAt(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

/** The day that it is there. */
export function dateAt(at: number, zone: string): Temporal.PlainDate {
  return zonedAt(at, zone).toPlainDate();
}

/** A whole day there, named like `2026-12-25`: 23 or 25 hours long where the clocks are changed. */
export function dayNamed(name: string, zone: string): Stretch {
  const date = Temporal.PlainDate.from(name);
  return { from: momentOf(date, '00:00', zone), to: momentOf(date.add({ days: 1 }), '00:00', zone) };
}

/**
 * What the clock on the wall shows at that moment, as milliseconds that read like UTC: whatever reads words needs to know
 * one zone only then.
 */
export function onTheWall(at: number, zone: string): number {
  return zonedAt(at, zone).toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds;
}

/** The moment at which it shows that. An hour that comes twice is the first; one that is left out is the one after. */
export function offTheWall(shown: number, zone: string): number {
  return zonedAt(shown, 'UTC').toPlainDateTime().toZonedDateTime(zone).epochMilliseconds;
}
