import { casual, type ParsedResult } from 'chrono-node/en';
import { day, hour, readLength } from './length.ts';
import { moment, type Stretch } from './stretch.ts';
import { offTheWall, onTheWall } from './wall-clock.ts';

/** Says itself of which zone it is: `02:14 UTC`, `2026-11-28 02:14+01:00`. */
const saysZone = /(?:\d\s*|\s)(?:z|utc|gmt|[+-]\d\d:?\d\d)$/i;

/** `readPast` as somebody says it who looks at the clock in their zone. */
export function readPastIn(said: string, now: number, zone: string): Stretch | undefined {
  const text = said.trim();
  const isAgo = readLength(text.replace(/\s+ago$/i, '')) !== undefined;
  if (isAgo || saysZone.test(text)) return readPast(text, now);
  const read = readPast(text, onTheWall(now, zone));
  return read && { from: offTheWall(read.from, zone), to: offTheWall(read.to, zone) };
}

/**
 * When that is, in UTC: `yesterday` is the whole day, `yesterday 14:00` a moment, `last night` from 18:00 to 06:00, `4h`
 * the moment four hours ago. Weekdays and days without a year are the last ones there were. `undefined` where nobody can
 * tell, or where one could in two ways.
 */
export function readPast(said: string, now: number): Stretch | undefined {
  const text = said.trim().replace(/^(the|at|on|from)\s+/i, '');
  const ago = readLength(text.replace(/\s+ago$/i, ''));
  if (ago !== undefined) return moment(now - ago);
  if (/^last night$/i.test(text)) return lastNight(now);
  // 11/12 is November here and December there.
  if (text === '' || text.length > longest || /\d\s*\/\s*\d/.test(text)) return undefined;
  if (/^\d{4}-\d/.test(text)) return readIso(text);
  const [found, more] = casual.parse(text, { instant: new Date(now), timezone: 0 });
  // A word that means nothing could have been what mattered.
  if (!found || more || found.text.length !== text.length) return undefined;
  return found.end ? between(found, now) : inThePast(stretchOf(found), found, now);
}

/** Nobody needs more words; the parser tries a hundred patterns at every one. */
const longest = 60;

/** `2026-11-20`, `2026-11-20 02:00`, with seconds, `Z` or `+01:00` if one likes. */
function readIso(text: string): Stretch | undefined {
  const form =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?)\s*(Z|UTC|[+-]\d\d:\d\d)?)?$/i.exec(text);
  if (!form) return undefined;
  const [, date = '', time, zone = 'Z'] = form;
  const at = Date.parse(
    `${date}T${time ?? '00:00'}${zone.toUpperCase() === 'UTC' ? 'Z' : zone.toUpperCase()}`,
  );
  // JavaScript takes 31 November for 1 December.
  const midnight = Date.parse(`${date}T00:00Z`);
  if (Number.isNaN(at) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  return time ? moment(at) : { from: at, to: at + day };
}

/** Hours at which parts of a day begin and end. */
const parts: Record<string, [number, number]> = {
  morning: [6, 12],
  afternoon: [12, 18],
  evening: [18, 24],
  night: [18, 30],
};

function stretchOf({ text, start }: ParsedResult): Stretch {
  const at = start.date().getTime();
  if (start.isCertain('hour')) return moment(at);
  // How long ago it is matters, not at which hour of a day.
  if (/\b(week|month|year)s?\b/i.test(text)) return moment(at);
  const midnight = Math.floor(at / day) * day;
  const part = Object.keys(parts).find((word) => new RegExp(`\\b${word}\\b`, 'i').test(text));
  const [from, to] = parts[part ?? ''] ?? [0, 24];
  return { from: midnight + from * hour, to: midnight + to * hour };
}

function between({ start, end }: ParsedResult, now: number): Stretch | undefined {
  if (!end?.isCertain('hour') || !start.isCertain('hour')) return undefined;
  const [from, to] = [start.date().getTime(), end.date().getTime()];
  return to > now && !start.isCertain('day') ? { from: from - day, to: to - day } : { from, to };
}

/** Logs are of what was: what was not said to be of this day, week or year is of the one before. */
function inThePast(stretch: Stretch, { start }: ParsedResult, now: number): Stretch {
  if (stretch.from <= now) return stretch;
  const said = (part: 'weekday' | 'day' | 'month' | 'year') => start.isCertain(part);
  if (said('year')) return stretch;
  if (said('month')) {
    const year = (at: number) => new Date(at).setUTCFullYear(new Date(at).getUTCFullYear() - 1);
    return { from: year(stretch.from), to: year(stretch.to) };
  }
  const back = said('weekday') ? 7 * day : said('day') ? 0 : day;
  return { from: stretch.from - back, to: stretch.to - back };
}

/** The one that ended today at six, or has yet to: soon after midnight it began the day before all the same. */
function lastNight(now: number): Stretch {
  const from = Math.floor(now / day) * day - 6 * hour;
  return { from, to: from + 12 * hour };
}
