import { casual } from 'chrono-node/en';
import { Temporal } from 'temporal-polyfill';
import type { Stretch } from './spans.ts';
import { dayNamed, zonedAt } from './wall-clock.ts';

/** Nobody needs more words; the parser tries a hundred patterns at every one. */
const longest = 60;
const minute = 60_000;
const lengths: Record<string, number> = { m: minute, h: 60 * minute, d: 24 * 60 * minute };

/**
 * When that is, by the clock on the wall of a zone and from now on: `friday 03:00` is a moment, `friday` the whole day,
 * `in 4h` and `now` are moments; a day without a year, or a weekday, is the next there is. `undefined` where nobody can
 * tell, or where one could in two ways.
 */
export function readWhen(said: string, now: number, zone: string): Stretch | undefined {
  const text = said.trim().replace(/^(the|at|on|from)\s+/i, '');
  if (/^now$/i.test(text)) return moment(now);
  const [, count, unit = ''] = /^in\s+(\d{1,4})\s*(m|h|d)[a-z]*$/i.exec(text) ?? [];
  if (count) return moment(now + Number(count) * (lengths[unit.toLowerCase()] ?? 0));
  // 11/12 is November here and December there.
  if (text === '' || text.length > longest || /\d\s*\/\s*\d/.test(text)) return undefined;
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d))?$/.exec(text);
  if (iso) return readDate(iso[1] ?? '', iso[2], zone);
  // The parser knows no zones that change their clocks: it is told the time on the wall as if that were UTC.
  const wall = zonedAt(now, zone).toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds;
  const [found, more] = casual.parse(text, { instant: new Date(wall), timezone: 0 }, { forwardDate: true });
  // A word that means nothing could have been what mattered.
  if (!found || more || found.end || found.text.length !== text.length) return undefined;
  const { start } = found;
  const at = Temporal.Instant.fromEpochMilliseconds(start.date().getTime()).toZonedDateTimeISO('UTC');
  if (!start.isCertain('hour')) return dayNamed(at.toPlainDate().toString(), zone);
  return moment(at.toPlainDateTime().toZonedDateTime(zone).epochMilliseconds);
}

/**
 * When something ends that begins `from` then: `17:00` and `saturday` are the next after it, `tomorrow 17:00` and `in 4h` are
 * said by whoever types now. `undefined` where nobody can tell, and where that is before it begins.
 */
export function readEnd(
  said: string,
  { from, now }: { from: number; now: number },
  zone: string,
): number | undefined {
  const isSaidNow = /\b(today|tonight|tomorrow|in\s+\d)/i.test(said);
  const end = readWhen(said, isSaidNow ? now : from, zone)?.to;
  return end !== undefined && end > from ? end : undefined;
}

/**
 * `friday 18:00 to saturday 09:00`, `friday 18:00 for 4h`, or a whole day; what follows `to` is after what stands before,
 * and of a day its end. `undefined` where nobody can tell.
 */
export function readStretch(said: string, now: number, zone: string): Stretch | undefined {
  const [, begin = said, end, length] =
    /^(.+?)\s+(?:(?:to|until|till)\s+(.+)|for\s+(\S+(?:\s*\S+)?))$/i.exec(said.trim()) ?? [];
  const from = readWhen(begin, now, zone);
  if (!from) return undefined;
  if (length !== undefined) {
    const [, count, unit = ''] = /^(\d{1,3})\s*(m|h|d)[a-z]*$/i.exec(length) ?? [];
    const milliseconds = Number(count) * (lengths[unit.toLowerCase()] ?? Number.NaN);
    return milliseconds > 0 ? { from: from.from, to: from.from + milliseconds } : undefined;
  }
  const to = end === undefined ? from.to : readEnd(end, { from: from.from, now }, zone);
  return to !== undefined && from.from < to ? { from: from.from, to } : undefined;
}

function readDate(date: string, time: string | undefined, zone: string): Stretch | undefined {
  try {
    const day = Temporal.PlainDate.from(date, { overflow: 'reject' });
    if (!time) return dayNamed(day.toString(), zone);
    const plainTime = Temporal.PlainTime.from(time, { overflow: 'reject' });
    return moment(day.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** As long as no clock can tell from nothing. */
const moment = (at: number): Stretch => ({ from: at, to: at });
