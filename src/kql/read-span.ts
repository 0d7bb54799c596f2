import { Refused } from '../errors.ts';
import { readLength } from '../time/length.ts';
import { readPast } from '../time/read-past.ts';
import type { Stretch } from '../time/stretch.ts';
import type { Span } from './span.ts';

/** What was said of when; all of it in UTC. */
export interface SaidSpan {
  /** `4h`, `30m`, `7d`, `2w`, `night`, `friday`. */
  last?: string | undefined;
  /** `"2026-11-20 02:00" and "2026-11-20 06:00"`, `yesterday 14:00 and yesterday 16:00`. */
  between?: string | undefined;
  /** `since yesterday 14:00`, `last night`. */
  words?: string | undefined;
}

export interface SpanLimits {
  now: Date;
  /** The longest time range, in days. */
  mostDays: number;
  /** Milliseconds back from now where nothing is said; a day when absent. */
  usual?: number;
}

const day = 86_400_000;
/** Clocks differ, and a minute is soon over while somebody types. */
const slack = 60_000;

const examples = '--last 4h, --last 7d or --between "2026-11-20 02:00" and "2026-11-20 06:00", in UTC';

/** Which time range of logs is meant. Throws `Refused` where none is, with what to say instead. */
export function readSpan(said: SaidSpan, { now, mostDays, usual = day }: SpanLimits): Span {
  const given = [said.last, said.between, said.words].filter((one) => one !== undefined);
  if (given.length > 1) throw new Refused(`Say one time range, not two: ${examples}.`);
  const at = now.getTime();
  if (given.length === 0) return spanOf({ from: at - Math.min(usual, mostDays * day), to: at });
  return bound(stretchOf(said, at), at, mostDays);
}

function stretchOf({ last, between, words }: SaidSpan, now: number): Stretch {
  if (last !== undefined) return readLast(last, now);
  if (between !== undefined) return readBetween(between, now);
  return readWords(words ?? '', now);
}

function readLast(said: string, now: number): Stretch {
  const length = readLength(said);
  if (length !== undefined) return { from: now - length, to: now };
  return readWords(`last ${said.replace(/^last\s+/i, '')}`, now);
}

function readBetween(said: string, now: number): Stretch {
  const [from, to, more] = said
    .replace(/["'“”]/g, ' ')
    .split(/\s+(?:and|to|until)\s+|\s+[-–]\s+|\s*\.\.\s*/i);
  if (from === undefined || to === undefined || more !== undefined) throw unclear(said);
  const [first, last] = [readPast(from, now), readPast(to, now)];
  if (!first || !last) throw unclear(first ? to : from);
  // The day that is not over yet is meant as far as it has come.
  return { from: first.from, to: last.to > now && last.from < now ? now : last.to };
}

function readWords(said: string, now: number): Stretch {
  const [, since, text = ''] = /^\s*(since\s+|past\s+|last\s+(?=\d))?(.*)$/is.exec(said) ?? [];
  const length = readLength(text);
  if (since && length !== undefined) return { from: now - length, to: now };
  const found = readPast(text, now);
  if (!found) throw unclear(said);
  const isMoment = found.from === found.to;
  if (since || isMoment || (found.to > now && found.from < now)) return { from: found.from, to: now };
  return found;
}

function bound({ from, to }: Stretch, now: number, mostDays: number): Span {
  if (from >= now || to > now + slack)
    throw new Refused(`That is not over yet. It is ${when(now)} now, in UTC.`);
  if (from >= to) throw new Refused(`That ends before it begins: from ${when(from)} to ${when(to)}, in UTC.`);
  const days = (to - from) / day;
  if (days > mostDays) {
    const rounded = days < 1_000 ? Math.ceil(days) : 'thousands of';
    throw new Refused(`That is ${rounded} days; ${mostDays} at most are asked at once: --last ${mostDays}d.`);
  }
  return spanOf({ from, to });
}

const spanOf = ({ from, to }: Stretch): Span => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

const when = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

function unclear(said: string): Refused {
  return new Refused(`I cannot tell when "${said.trim().slice(0, 60)}" is. Say ${examples}.`);
}
