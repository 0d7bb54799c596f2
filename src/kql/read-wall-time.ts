import { casual } from 'chrono-node/en';
import { readLength, readTime, type Stretch } from './read-time.ts';
import { offTheWall, onTheWall } from './wall-clock.ts';

/** Says itself of which zone it is: `02:14 UTC`, `2026-11-28 02:14+01:00`. */
const saysZone = /(?:\d\s*|\s)(?:z|utc|gmt|[+-]\d\d:?\d\d)$/i;

/** `readTime` as somebody says it who looks at the clock in their zone. What has been, in milliseconds since 1970. */
export function readWallTime(said: string, now: number, zone: string): Stretch | undefined {
  const text = said.trim();
  const isAgo = readLength(text.replace(/\s+ago$/i, '')) !== undefined;
  if (isAgo || saysZone.test(text)) return readTime(text, now);
  const read = readTime(text, onTheWall(now, zone));
  return read && { from: offTheWall(read.from, zone), to: offTheWall(read.to, zone) };
}

/** Until when something is to be done that is said for a day: people go home then. */
const endOfDay = 17 * 3_600_000;
const day = 86_400_000;
/** As long as what `readTime` takes. */
const longest = 60;

/**
 * When something is due: `friday`, `tomorrow 10:00`, `in 3 days`, `2w`, `2026-12-04`. In milliseconds since 1970; `undefined`
 * where nobody can tell. What is said is yet to come, if it can be.
 */
export function readDue(said: string, now: number, zone: string): number | undefined {
  const text = said.trim().replace(/^(by|until|on|at|in)\s+/i, '');
  if (text === '' || text.length > longest || /\d\s*\/\s*\d/.test(text)) return undefined;
  const length = readLength(text);
  if (length !== undefined) return now + length;
  if (/^\d{4}-\d/.test(text)) return readDate(text, now, zone);
  const wall = onTheWall(now, zone);
  const [found, more] = casual.parse(text, { instant: new Date(wall), timezone: 0 }, { forwardDate: true });
  if (!found || more || found.end || found.text.length !== text.length) return undefined;
  const { start } = found;
  if (saysZone.test(text)) return start.date().getTime();
  const at = start.date().getTime();
  return offTheWall(start.isCertain('hour') ? at : Math.floor(at / day) * day + endOfDay, zone);
}

function readDate(text: string, now: number, zone: string): number | undefined {
  const read = readWallTime(text, now, zone);
  return read && (read.from === read.to ? read.from : read.from + endOfDay);
}
