import { describe, expect, it } from 'vitest';
import { digestPolicy, usualDigests } from '../../src/channels/digest-settings.ts';
import { silenceWords } from '../../src/channels/proposal-words.ts';
import { readDays } from '../../src/commands/read-days.ts';
import { compared, comparedTimes, lasting } from '../../src/incident/compare.ts';
import { noTimes } from '../../src/incident/figures.ts';
import { spreadOf } from '../../src/incident/load.ts';
import { nameOfSpan, spansBefore, steps } from '../../src/incident/local-span.ts';
import { propose } from '../../src/incident/proposal.ts';
import { isTimeZone } from '../../src/time/wall-clock.ts';

const berlin = 'Europe/Berlin';
const hours = ({ from, to }: { from: string; to: string }) => (Date.parse(to) - Date.parse(from)) / 3_600_000;

describe('a day of a digest', () => {
  it('is the local one, from midnight to midnight, whatever the clocks do', () => {
    const dayBefore = (day: string) => spansBefore('day', new Date(`${day}T07:00:00Z`), berlin).span;
    expect(dayBefore('2026-11-30')).toEqual({
      from: '2026-11-28T23:00:00.000Z',
      to: '2026-11-29T23:00:00.000Z',
    });
    expect(hours(dayBefore('2026-03-30'))).toBe(23);
    expect(hours(dayBefore('2026-10-26'))).toBe(25);
  });

  it('is compared with the day, the week or the month before it, which end where it begins', () => {
    const at = new Date('2026-03-31T07:00:00Z');
    for (const period of ['day', 'week', 'month'] as const) {
      const { span, before } = spansBefore(period, at, berlin);
      expect(before.to).toBe(span.from);
    }
    expect(spansBefore('month', at, berlin).span).toEqual({
      from: '2026-01-31T23:00:00.000Z',
      to: '2026-02-28T23:00:00.000Z',
    });
    const week = spansBefore('week', at, berlin).span;
    expect(nameOfSpan('week', week, berlin)).toBe('23 to 29 March');
    expect(nameOfSpan('day', spansBefore('day', at, berlin).span, berlin)).toBe('Monday 30 March');
  });

  it('has a point of its own in a chart, the last one where the span ends', () => {
    // A month ends amid a week, and so does the last point of its chart.
    const november = steps('week', 2, '2026-11-30T23:00:00.000Z', berlin);
    expect(november.at(-1)?.span).toEqual({
      from: '2026-11-29T23:00:00.000Z',
      to: '2026-11-30T23:00:00.000Z',
    });
    const points = steps('day', 3, '2026-03-30T22:00:00.000Z', berlin);
    expect(points.map(({ label }) => label)).toEqual(['Sat 28 Mar', 'Sun 29 Mar', 'Mon 30 Mar']);
    expect(points.map(({ span }) => hours(span))).toEqual([24, 23, 24]);
    expect(points.at(-1)?.span.to).toBe('2026-03-30T22:00:00.000Z');
  });
});

describe('spans that people type', () => {
  const read = (word?: string) => readDays(word, new Date('2026-11-30T10:30:00Z'), berlin);

  it('are whole local days up to now, or what the calendar calls so', () => {
    expect(read().span).toEqual({ from: '2026-11-23T23:00:00.000Z', to: '2026-11-30T10:30:00.000Z' });
    expect(read('yesterday').span.to).toBe('2026-11-29T23:00:00.000Z');
    expect(read('month').title).toBe('October 2026');
    expect(hours(read('2026-11-01..2026-11-30').span)).toBe(720);
    expect(read('2026-11-01..2026-11-30').before.to).toBe('2026-10-31T23:00:00.000Z');
  });

  it('that are none are refused with those that are', () => {
    for (const word of ['soon', '0d', '9999d', '2026-13-01..2026-13-02', '2026-11-02..2026-11-01'])
      expect(() => read(word)).toThrow(/7d/);
  });
});

describe('comparing', () => {
  it('says it in words, and shares only of what is no handful', () => {
    expect(compared(140, 125, 'the week before')).toBe('▲ 12 % more than the week before (125)');
    expect(compared(3, 5, 'the day before')).toBe('▼ 2 fewer than the day before (5)');
    expect(compared(7, 7, 'the day before')).toBe('as many as the day before');
  });

  it('says sooner and later of times, and nothing where there is nothing to compare', () => {
    const of = (median: number) => ({ count: 4, median, p90: median, mean: median });
    expect(comparedTimes(of(240), of(480), 'the day before')).toBe(
      '▼ 50 % sooner than the day before (8 min)',
    );
    expect(comparedTimes(of(240), noTimes, 'the day before')).toBe('');
    expect([lasting(42), lasting(5_400), lasting(90_000), lasting(864_000)]).toEqual([
      '42 s',
      '1.5 h',
      '25 h',
      '10 d',
    ]);
  });
});

describe('how often people were interrupted', () => {
  const one = (personId: string, interruptions: number) => ({ personId, interruptions, nights: 0 });

  it('is told of three at least, and names nobody', () => {
    expect(spreadOf([one('a', 4)], ['a', 'b'])).toBeUndefined();
    expect(spreadOf([one('A', 4), one('b', 1)], ['a', 'b', 'c'])).toEqual({
      people: 3,
      interruptions: { min: 0, median: 1, max: 4 },
      nights: { min: 0, median: 0, max: 0 },
    });
  });
});

describe('what is proposed for a noisy rule', () => {
  const test = (key: string | undefined, hidden: number, truePositives = 0) => ({
    key,
    hidden,
    truePositives,
    open: 0,
  });

  it('is a silence of one machine where that explains it, else of the rule, and never of what was real', () => {
    const narrow = propose('Scan', [
      test(undefined, 50, 1),
      test('machine vm-web-01', 41),
      test('ip 10.0.0.4', 50, 1),
    ]);
    expect(narrow).toMatchObject({ on: { field: 'host', name: 'vm-web-01' }, hidden: 41, truePositives: 0 });
    expect(propose('Scan', [test(undefined, 50), test('machine vm-web-01', 9)])).toMatchObject({
      on: undefined,
      hidden: 50,
    });
    expect(propose('Scan', [test(undefined, 50, 2), test('machine vm-web-01', 41, 1)])).toBeUndefined();
    expect(propose('Scan', [test(undefined, 4)])).toBeUndefined();
    expect(narrow && silenceWords({ ...narrow, rule: 'Port scan' })).toBe(
      'silence type=Port*scan host=vm-web-01 for 7d "noise: 41 in 30 days, none real"',
    );
  });

  it('is no button where the name of the rule is no pattern', () => {
    const rule = 'x" for 99d "';
    expect(silenceWords({ rule, on: undefined, hidden: 9, truePositives: 0, days: 30 })).toBeUndefined();
  });
});

describe('the settings of digests', () => {
  const read = (said: unknown) => digestPolicy.safeParse(said);

  it('are one a day where nobody says anything, at the time of the zone that is named', () => {
    expect(usualDigests.plans).toMatchObject([
      { name: 'daily', period: 'day', cron: '0 8 * * *', to: undefined },
    ]);
    expect(read({ timeZone: berlin }).data?.plans).toMatchObject([{ name: 'daily', timeZone: berlin }]);
    expect(read({ send: [] }).data?.plans).toEqual([]);
  });

  it('take a time or cron, and refuse what is neither, a zone that is none, and one name twice', () => {
    const send = (changes: object) => read({ send: [{ name: 'weekly', every: 'week', ...changes }] });
    expect(send({ at: '08:30' }).data?.plans[0]?.cron).toBe('30 8 * * 1');
    expect(send({ at: '0 7 * * 1-5' }).data?.plans[0]?.cron).toBe('0 7 * * 1-5');
    expect(send({ at: '25:00' }).success).toBe(false);
    expect(send({ timeZone: 'Europe/Atlantis' }).success).toBe(false);
    const two = { name: 'daily', every: 'day' };
    expect(read({ send: [two, two] }).success).toBe(false);
    expect(isTimeZone('+02:00')).toBe(false);
  });
});
