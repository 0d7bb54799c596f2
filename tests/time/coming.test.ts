import { describe, expect, it } from 'vitest';
import { readComing, readDue, readStretch } from '../../src/time/read-coming.ts';
import { at, berlin } from '../people/rotas.ts';

const now = at('2026-11-30T11:20+01:00');
const when = (said: string, zone = berlin) => {
  const read = readComing(said, now, zone);
  return read && [new Date(read.from).toISOString(), new Date(read.to).toISOString()];
};
const moment = (said: string) => [new Date(said).toISOString(), new Date(said).toISOString()];

describe('a time that is typed', () => {
  it('is by the clock of the rota, and the next there is', () => {
    expect(when('friday 03:00')).toEqual(moment('2026-12-04T03:00+01:00'));
    expect(when('tomorrow at 9am', 'America/New_York')).toEqual(moment('2026-12-01T09:00-05:00'));
    expect(when('2026-12-24 18:00')).toEqual(moment('2026-12-24T18:00+01:00'));
    expect(when('sunday')).toEqual(['2026-12-05T23:00:00.000Z', '2026-12-06T23:00:00.000Z']);
    expect(when('24 december')).toEqual(['2026-12-23T23:00:00.000Z', '2026-12-24T23:00:00.000Z']);
    expect(when('now')).toEqual(moment('2026-11-30T11:20+01:00'));
    expect(when('in 4h')).toEqual(moment('2026-11-30T15:20+01:00'));
    expect(when('friday 18:00 UTC')).toEqual(moment('2026-12-04T18:00Z'));
    expect(when('friday 18:00 EST')).toEqual(moment('2026-12-04T18:00-05:00'));
    expect(when('2026-12-04T18:00Z')).toEqual(moment('2026-12-04T18:00Z'));
    // At 11:20 in Berlin it is 10:20 UTC, and early in the morning of the same day in New York.
    expect(when('10:30 UTC')).toEqual(moment('2026-11-30T10:30Z'));
    expect(when('10:00 UTC')).toEqual(moment('2026-12-01T10:00Z'));
    expect(when('05:30 EST')).toEqual(moment('2026-11-30T05:30-05:00'));
    expect(when('in 2 weeks')).toEqual(moment('2026-12-14T11:20+01:00'));
    // Half a year ahead the clocks are other ones.
    expect(when('2027-06-01 09:00')).toEqual(moment('2027-06-01T09:00+02:00'));
  });

  it('ends after it begins; tomorrow is the day after the one on which it is said', () => {
    for (const [said, to] of [
      ['friday 18:00 to saturday 09:00', '2026-12-05T09:00+01:00'],
      ['tomorrow 09:00 to 17:00', '2026-12-01T17:00+01:00'],
      ['tomorrow 09:00 to tomorrow 17:00', '2026-12-01T17:00+01:00'],
      ['friday 22:00 to 06:00', '2026-12-05T06:00+01:00'],
      ['friday 18:00 for 4h', '2026-12-04T22:00+01:00'],
      ['now until tonight at 22:00', '2026-11-30T22:00+01:00'],
      ['friday 18:00 to tomorrow 09:00', undefined],
    ] as const)
      expect([said, readStretch(said, now, berlin)?.to]).toEqual([said, to && at(to)]);
  });

  it('is refused where nobody can tell, or one could in two ways', () => {
    for (const said of [
      '',
      'soon',
      '11/12',
      '2026-02-30',
      '2026-12-24 25:00',
      'friday or so',
      'x'.repeat(200),
    ])
      expect([said, when(said)]).toEqual([said, undefined]);
  });
});

describe('when something is due', () => {
  /** Saturday noon in Berlin. */
  const saturday = at('2026-11-28T12:00+01:00');
  const due = (said: string, zone = berlin) => {
    const read = readDue(said, saturday, zone);
    return read && new Date(read).toISOString().slice(0, 16);
  };

  it('is yet to come, at five in the afternoon where no hour is said', () => {
    expect(due('friday')).toBe('2026-12-04T16:00');
    expect(due('by tomorrow 10:00')).toBe('2026-11-29T09:00');
    expect(due('2026-12-04')).toBe('2026-12-04T16:00');
    expect(due('4 Dec')).toBe('2026-12-04T16:00');
    expect(due('in 3 days')).toBe('2026-12-01T11:00');
    expect(due('2w', 'America/New_York')).toBe('2026-12-12T11:00');
    expect(due('friday 10:00 UTC')).toBe('2026-12-04T10:00');
  });

  it('is not guessed', () => {
    for (const said of ['', 'soon', '12/11', 'friday or so']) expect(due(said)).toBeUndefined();
  });
});
