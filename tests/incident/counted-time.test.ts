import { describe, expect, it } from 'vitest';
import { dayLength, dueAfter } from '../../src/incident/counted-time.ts';

const berlin = {
  timeZone: 'Europe/Berlin',
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '17:00',
  except: ['2026-12-25'],
};

describe('time that counts', () => {
  it.each([
    // A Friday; 09:00 in Berlin is 08:00 UTC in winter.
    ['within one day of work', '2026-11-20T09:00:00.000Z', 60, '2026-11-20T10:00:00.000Z'],
    ['over the evening', '2026-11-19T15:30:00.000Z', 60, '2026-11-20T08:30:00.000Z'],
    ['over the weekend', '2026-11-20T15:30:00.000Z', 60, '2026-11-23T08:30:00.000Z'],
    ['from a Sunday', '2026-11-22T03:00:00.000Z', 60, '2026-11-23T09:00:00.000Z'],
    ['over a holiday', '2026-12-24T15:30:00.000Z', 60, '2026-12-28T08:30:00.000Z'],
    ['to the very end of the day', '2026-11-20T15:00:00.000Z', 60, '2026-11-20T16:00:00.000Z'],
    ['not at all, from the night', '2026-11-20T03:00:00.000Z', 0, '2026-11-20T08:00:00.000Z'],
    // The clocks went forward on Sunday the 29th of March 2026: Monday begins an hour earlier by UTC.
    ['into summer time', '2026-03-27T15:30:00.000Z', 60, '2026-03-30T07:30:00.000Z'],
    ['out of summer time', '2026-10-23T14:30:00.000Z', 60, '2026-10-26T08:30:00.000Z'],
  ])('goes on %s', (_how, from, minutes, due) => {
    expect(dueAfter(from, minutes, berlin)).toBe(due);
  });

  it('round the clock is time like any other', () => {
    expect(dueAfter('2026-03-29T00:30:00.000Z', 60, undefined)).toBe('2026-03-29T01:30:00.000Z');
  });

  it('over midnight has the hour less or more of the night in which the clocks are changed', () => {
    const night = { ...berlin, days: [6], from: '22:00', to: '06:00' };
    expect(dayLength(night)).toBe(480);
    // Seven hours in the night to the 29th of March, nine in the one to the 25th of October.
    expect(dueAfter('2026-03-28T12:00:00.000Z', 420, night)).toBe('2026-03-29T04:00:00.000Z');
    expect(dueAfter('2026-10-24T12:00:00.000Z', 540, night)).toBe('2026-10-25T05:00:00.000Z');
  });

  it('stands still while it is held', () => {
    const hold = { from: '2026-11-20T10:05:00.000Z', until: '2026-11-20T11:05:00.000Z' };
    expect(dueAfter('2026-11-20T10:00:00.000Z', 15, undefined, [hold])).toBe('2026-11-20T11:15:00.000Z');
    // What was due before it began was due.
    expect(dueAfter('2026-11-20T10:00:00.000Z', 5, undefined, [hold])).toBe('2026-11-20T10:05:00.000Z');
    // Held over the evening: what is left of it comes the next day of work.
    const evening = { from: '2026-11-20T15:30:00.000Z', until: '2026-11-20T20:00:00.000Z' };
    expect(dueAfter('2026-11-20T15:00:00.000Z', 60, berlin, [evening])).toBe('2026-11-23T08:30:00.000Z');
  });
});
