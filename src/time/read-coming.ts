import { casual } from 'chrono-node/en';
import { Temporal } from 'temporal-polyfill';
import { readLength } from './length.ts';
import { moment, type Stretch } from './stretch.ts';
import { dateAt, dayNamed, momentOf, offTheWall, onTheWall } from './wall-clock.ts';

/** Nobody needs more words; the parser tries a hundred patterns at every one. */
const longest = 60;
/** Until when something is to be done that is said for a day: people go home then. */
const endOfDay = '17:00';

/**
 * When that is, by the clock on the wall of a zone and from now on: `friday 03:00` is a moment, `friday` the whole day,
 * `in 4h` and `now` are moments; a day without a year, or a weekday, is the next there is. `undefined` where nobody can
 * tell, or where one could in two ways.
 */
export function readComing(said: string, now: number, zone: string): Stretch | undefined {
  const text = said.trim().replace(/^(the|at|on|from)\s+/i, '');
  if (/^now$/i.test(text)) return moment(now);
  const length = /^in\s/i.test(text) ? readLength(text.slice(2)) : undefined;
  if (length !== undefined) return moment(now + length);
  // 11/12 is November here and December there.
  if (text === '' || text.length > longest || /\d\s*\/\s*\d/.test(text)) return undefined;
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d))?$/.exec(text);
  if (iso) return readDate(iso[1] ?? '', iso[2], zone);
  // The parser knows no zones that change their clocks: it is told the time on the wall as if that were UTC.
  const next = (instant: number, timezone: number) =>
    casual.parse(text, { instant: new Date(instant), timezone }, { forwardDate: true });
  const [found, more] = next(onTheWall(now, zone), 0);
  // A word that means nothing could have been what mattered.
  if (!found || more || found.end || found.text.length !== text.length) return undefined;
  const at = found.start.date().getTime();
  if (!found.start.isCertain('hour')) return dayNamed(dateAt(at, 'UTC').toString(), zone);
  const offset = found.start.isCertain('timezoneOffset') ? found.start.get('timezoneOffset') : null;
  if (offset === null) return moment(offTheWall(at, zone));
  // `18:00 UTC` says itself of which zone it is: the next there is by the clock there.
  const [there] = next(now, offset);
  return there && moment(there.start.date().getTime());
}

/**
 * When something is due: `friday`, `tomorrow 10:00`, `in 3 days`, `2w`, `2026-12-04`. In milliseconds since 1970; `undefined`
 * where nobody can tell. What is said is yet to come, if it can be.
 */
export function readDue(said: string, now: number, zone: string): number | undefined {
  const text = said.trim().replace(/^(by|until|on|at|in)\s+/i, '');
  const length = readLength(text);
  if (length !== undefined) return now + length;
  const read = readComing(text, now, zone);
  return read && (read.from === read.to ? read.from : momentOf(dateAt(read.from, zone), endOfDay, zone));
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
  const end = readComing(said, isSaidNow ? now : from, zone)?.to;
  return end !== undefined && end > from ? end : undefined;
}

/**
 * `friday 18:00 to saturday 09:00`, `friday 18:00 for 4h`, or a whole day; what follows `to` is after what stands before,
 * and of a day its end. `undefined` where nobody can tell.
 */
export function readStretch(said: string, now: number, zone: string): Stretch | undefined {
  const [, begin = said, end, length] =
    /^(.+?)\s+(?:(?:to|until|till)\s+(.+)|for\s+(\S+(?:\s*\S+)?))$/i.exec(said.trim()) ?? [];
  const from = readComing(begin, now, zone);
  if (!from) return undefined;
  if (length !== undefined) {
    const milliseconds = readLength(length);
    return milliseconds === undefined ? undefined : { from: from.from, to: from.from + milliseconds };
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
