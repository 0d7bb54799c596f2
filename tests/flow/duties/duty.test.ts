import { describe, expect, it } from 'vitest';
import { atTimes, everyMinutes } from '../../../src/flow/duties/duty.ts';

/** The times after this one, to the minute, in UTC. */
function times({ next }: Pick<ReturnType<typeof atTimes>, 'next'>, from: string, count: number): string[] {
  const found: string[] = [];
  let after: Date | undefined = new Date(from);
  while (found.length < count && after) {
    after = next(after);
    if (after) found.push(after.toISOString().slice(0, 16));
  }
  return found;
}

describe('a digest at eight in Berlin', () => {
  const atEight = atTimes('0 8 * * *', 'Europe/Berlin');

  it('comes at eight on the day that has 23 hours, and on the day that has 25', () => {
    expect(times(atEight, '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T06:00', '2026-03-30T06:00']);
    expect(times(atEight, '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T07:00', '2026-10-26T07:00']);
  });

  it('is told again at once where the settings name another time', () => {
    expect(atEight.schedule).not.toBe(atTimes('0 9 * * *', 'Europe/Berlin').schedule);
  });
});

describe('what is done at half past two', () => {
  const atNight = atTimes('30 2 * * *', 'Europe/Berlin');

  it('is done once in the night that skips that hour, and once in the night that has it twice', () => {
    const spring = times(atNight, '2026-03-28T12:00:00Z', 2);
    expect(spring[0]?.slice(0, 10)).toBe('2026-03-29');
    expect(spring[1]).toBe('2026-03-30T00:30');
    const autumn = times(atNight, '2026-10-24T12:00:00Z', 2);
    expect(autumn[0]?.slice(0, 10)).toBe('2026-10-25');
    expect(autumn[1]).toBe('2026-10-26T01:30');
  });
});

describe('what is done every five minutes', () => {
  it('has the same times in every replica, whenever it was started', () => {
    const five = everyMinutes(5);
    expect(times(five, '2026-11-21T10:02:11Z', 2)).toEqual(['2026-11-21T10:05', '2026-11-21T10:10']);
    expect(times(five, '2026-11-21T10:05:00Z', 1)).toEqual(['2026-11-21T10:10']);
  });
});
