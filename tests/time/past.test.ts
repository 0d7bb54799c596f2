import { describe, expect, it } from 'vitest';
import { readPastIn } from '../../src/time/read-past.ts';

/** Saturday noon in Berlin; the clocks were set back in October. */
const now = Date.parse('2026-11-28T11:00:00Z');
const berlin = 'Europe/Berlin';
const moment = (said: string, zone = berlin, at = now) => {
  const read = readPastIn(said, at, zone);
  return read && new Date(read.from).toISOString().slice(0, 16);
};

describe('a time of day', () => {
  it('is the one on the clock of whoever says it, the last one there was', () => {
    expect(moment('02:14')).toBe('2026-11-28T01:14');
    expect(moment('02:14', 'America/New_York')).toBe('2026-11-28T07:14');
    expect(moment('2026-11-28 02:14')).toBe('2026-11-28T01:14');
    expect(moment('yesterday 23:30')).toBe('2026-11-27T22:30');
  });

  it('is another where its zone is said, and none where a length is', () => {
    expect(moment('2026-11-28 02:14 UTC')).toBe('2026-11-28T02:14');
    expect(moment('2026-11-28 02:14+05:00')).toBe('2026-11-27T21:14');
    expect(moment('4h')).toBe('2026-11-28T07:00');
  });

  it('knows summer time: an hour that comes twice is the first of both, one that is left out the one after', () => {
    const november = Date.parse('2026-11-01T12:00:00Z');
    expect(moment('2026-07-01 02:14', berlin, november)).toBe('2026-07-01T00:14');
    expect(moment('2026-10-25 02:30', berlin, november)).toBe('2026-10-25T00:30');
    expect(moment('2026-03-29 02:30', berlin, november)).toBe('2026-03-29T01:30');
  });

  it('is not guessed', () => {
    for (const said of ['', 'soon', '11/12', 'the day the music died']) expect(moment(said)).toBeUndefined();
  });
});
