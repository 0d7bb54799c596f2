import { Refused } from '../errors.ts';
import type { Instant } from '../incident/alert.ts';
import { readLength } from '../time/length.ts';
import { readComing } from '../time/read-coming.ts';

/** Nobody needs more words for an hour of a day. */
const mostWords = 5;

/** An end that somebody typed, and what stands around it. */
export interface SaidUntil {
  until: Instant;
  before: string[];
  after: string[];
}

/**
 * Finds `for 4h` or `until friday 18:00` among words; hours are those of the time zone. `undefined` where neither is said.
 * Throws `Refused` where one is and nobody can tell when that is.
 */
export function findUntil(words: string[], now: Date, timeZone: string): SaidUntil | undefined {
  const at = words.findIndex((word, n) => isEnd(word, words[n + 1]));
  if (at < 0) return undefined;
  const before = words.slice(0, at);
  const rest = words.slice(at + 1);
  if (words[at]?.toLowerCase() === 'for') {
    // `4 h`, as some type it.
    for (const length of [2, 1]) {
      const until = addLength(rest.slice(0, length).join(' '), now);
      if (until) return { until, before, after: rest.slice(length) };
    }
  }
  for (let length = Math.min(mostWords, rest.length); length > 0; length -= 1) {
    const until = readUntil(rest.slice(0, length).join(' '), now, timeZone);
    if (until) return { until, before, after: rest.slice(length) };
  }
  throw new Refused(
    `When is "${rest.slice(0, 3).join(' ').slice(0, 40)}"? Say for 4h, or until friday 18:00 (${timeZone}).`,
  );
}

/** The word may be part of a reason: `for the test`. */
function isEnd(word: string, next: string | undefined): boolean {
  return /^until$/i.test(word) || (/^for$/i.test(word) && /^\d/.test(next ?? ''));
}

/** `4h` from now, or `until friday 18:00`. Throws `Refused` where it is neither. */
export function needEnd(words: string[], now: Date, timeZone: string): Instant {
  const [first = '', ...others] = words;
  const said = /^(for|until|by)$/i.test(first) ? others : words;
  const until = addLength(said.join(' '), now) ?? readUntil(said.join(' '), now, timeZone);
  if (until) return until;
  throw new Refused(`Say for how long, or until when: 4h, 2d, or until friday 18:00 (${timeZone}).`);
}

function addLength(said: string, now: Date): Instant | undefined {
  const length = readLength(said);
  return length === undefined ? undefined : new Date(now.getTime() + length).toISOString();
}

/** The next time that is so, on the clocks of the time zone. A day without an hour could be its beginning or its end. */
function readUntil(said: string, now: Date, timeZone: string): Instant | undefined {
  const read = readComing(said, now.getTime(), timeZone);
  const isMoment = read && read.from === read.to && read.from > now.getTime();
  return isMoment ? new Date(read.from).toISOString() : undefined;
}
