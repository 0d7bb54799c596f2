import { Temporal } from 'temporal-polyfill';
import type { Instant } from './alert.ts';
import type { Span } from './figures.ts';

/** What a digest looks back at: whole local days, from midnight to midnight, 23 or 25 hours where clocks change. */
export const periods = ['day', 'week', 'month'] as const;
export type Period = (typeof periods)[number];

/**
 * The last whole one of these before that moment, and the one before it. A week begins on Monday. `timeZone` is a name of
 * IANA's: `Europe/Berlin`.
 */
export function spansBefore(period: Period, at: Date, timeZone: string): { span: Span; before: Span } {
  const to = beginOf(period, localTime(at, timeZone));
  const from = back(to, period, 1);
  return { span: spanOf(from, to), before: spanOf(back(to, period, 2), from) };
}

/** The last so many local days up to now, today and all, and as many before them. */
export function lastDays(days: number, at: Date, timeZone: string): { span: Span; before: Span } {
  const now = localTime(at, timeZone);
  const from = now.startOfDay().subtract({ days: days - 1 });
  return { span: spanOf(from, now), before: spanOf(from.subtract({ days }), from) };
}

/** Between two local days, the last one and all; `undefined` where these are none. */
export function betweenDays(from: string, to: string, timeZone: string): Span | undefined {
  try {
    const first = Temporal.PlainDate.from(from).toZonedDateTime(timeZone);
    const after = Temporal.PlainDate.from(to).add({ days: 1 }).toZonedDateTime(timeZone);
    return Temporal.ZonedDateTime.compare(first, after) < 0 ? spanOf(first, after) : undefined;
  } catch {
    return undefined;
  }
}

/** As many local days right before this one. */
export function rightBefore({ from, to }: Span, timeZone: string): Span {
  const [first, after] = [localTime(new Date(from), timeZone), localTime(new Date(to), timeZone)];
  const { days } = first.until(after, { largestUnit: 'days' });
  return spanOf(first.subtract({ days }), first);
}

/** The days or weeks that a chart has a point for, the last one ends with the span. */
export function steps(
  unit: 'day' | 'week',
  count: number,
  end: Instant,
  timeZone: string,
): { label: string; span: Span }[] {
  // A moment before midnight still is of the day that ends with it.
  const last = beginOf(unit, localTime(new Date(Date.parse(end) - 1), timeZone));
  return Array.from({ length: count }, (_, n) => {
    const from = back(last, unit, count - 1 - n);
    const span = spanOf(from, back(from, unit, -1));
    return { label: dayOf(from), span: { ...span, to: span.to < end ? span.to : end } };
  });
}

/** `Mon 30 Nov`. */
function dayOf(at: Temporal.ZonedDateTime): string {
  return at.toLocaleString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');
}

/** `Sunday 29 November`, `23 to 29 November`, `November 2026`. */
export function nameOfSpan(period: Period, { from, to }: Span, timeZone: string): string {
  const first = localTime(new Date(from), timeZone);
  const last = localTime(new Date(Date.parse(to) - 1), timeZone);
  const day = (at: Temporal.ZonedDateTime) => at.toLocaleString('en-GB', { day: 'numeric', month: 'long' });
  switch (period) {
    case 'day':
      return first
        .toLocaleString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
        .replace(',', '');
    case 'week':
      return `${first.month === last.month ? first.day : day(first)} to ${day(last)}`;
    case 'month':
      return first.toLocaleString('en-GB', { month: 'long', year: 'numeric' });
  }
}

/** `29 Nov 00:00`. */
export function momentIn(at: Instant, timeZone: string): string {
  return localTime(new Date(at), timeZone)
    .toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
    .replace(',', '');
}

function localTime(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
}

function beginOf(period: Period, at: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  switch (period) {
    case 'day':
      return at.startOfDay();
    case 'week':
      return at.subtract({ days: at.dayOfWeek - 1 }).startOfDay();
    case 'month':
      return at.with({ day: 1 }).startOfDay();
  }
}

/** By the calendar, so that it stays midnight. */
function back(at: Temporal.ZonedDateTime, period: Period, count: number): Temporal.ZonedDateTime {
  switch (period) {
    case 'day':
      return at.subtract({ days: count }).startOfDay();
    case 'week':
      return at.subtract({ weeks: count }).startOfDay();
    case 'month':
      return at.subtract({ months: count }).startOfDay();
  }
}

function spanOf(from: Temporal.ZonedDateTime, to: Temporal.ZonedDateTime): Span {
  const instant = (at: Temporal.ZonedDateTime) => new Date(at.epochMilliseconds).toISOString();
  return { from: instant(from), to: instant(to) };
}
