import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refused } from '../../src/errors.ts';
import { readSpan, type SaidSpan } from '../../src/kql/read-span.ts';

/** A Sunday. */
const now = new Date('2026-11-22T07:00:00Z');
const limits = { now, mostDays: 90 };

const short = (at: string): string => at.slice(0, 16).replace('T', ' ');

function read(said: SaidSpan, at = now): string {
  const { from, to } = readSpan(said, { ...limits, now: at });
  return `${short(from)} to ${short(to)}`;
}

function refused(said: SaidSpan): string {
  try {
    return `not refused: ${read(said)}`;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

test('where nothing is said the last day is meant, or what is usual', () => {
  expect(read({})).toBe('2026-11-21 07:00 to 2026-11-22 07:00');
  const week = readSpan({}, { ...limits, usual: 7 * 86_400_000 });
  expect(short(week.from)).toBe('2026-11-15 07:00');
});

test('what is usual is no longer than what is allowed', () => {
  const { from } = readSpan({}, { now, mostDays: 1, usual: 7 * 86_400_000 });
  expect(short(from)).toBe('2026-11-21 07:00');
});

describe('--last', () => {
  test.each([
    ['4h', '2026-11-22 03:00'],
    ['30m', '2026-11-22 06:30'],
    ['7d', '2026-11-15 07:00'],
    ['2w', '2026-11-08 07:00'],
    ['1 H', '2026-11-22 06:00'],
    ['90 days', '2026-08-24 07:00'],
    ['3 hours', '2026-11-22 04:00'],
    ['last 4h', '2026-11-22 03:00'],
  ])('%s is up to now', (last, from) => {
    expect(read({ last })).toBe(`${from} to 2026-11-22 07:00`);
  });

  test.each([
    ['night', '2026-11-21 18:00 to 2026-11-22 06:00'],
    ['friday', '2026-11-20 00:00 to 2026-11-21 00:00'],
    ['week', '2026-11-15 07:00 to 2026-11-22 07:00'],
  ])('may be a word: %s', (last, span) => {
    expect(read({ last })).toBe(span);
  });

  test.each(['0h', '-4h', '4', '4y', '', 'x', '99999999d', '4h; drop'])('"%s" is refused', (last) => {
    expect(refused({ last })).toContain('--last 4h');
  });
});

describe('--between', () => {
  const night = '2026-11-20 02:00 to 2026-11-20 06:00';
  test.each([
    '"2026-11-20 02:00" and "2026-11-20 06:00"',
    '2026-11-20 02:00 and 2026-11-20 06:00',
    '2026-11-20T02:00Z to 2026-11-20T06:00:00Z',
    '2026-11-20T03:00+01:00 until 2026-11-20 06:00 UTC',
    '2026-11-20 02:00 .. 2026-11-20 06:00',
    '“2026-11-20 02:00” – “2026-11-20 06:00”',
    '20 november 02:00 and 20 november 06:00',
    'friday 2am and friday 6am',
  ])('%s', (between) => {
    expect(read({ between })).toBe(night);
  });

  test('days are whole days', () => {
    expect(read({ between: '2026-11-19 and 2026-11-20' })).toBe('2026-11-19 00:00 to 2026-11-21 00:00');
    expect(read({ between: 'monday and yesterday' })).toBe('2026-11-16 00:00 to 2026-11-22 00:00');
  });

  test('today is as far as it has come', () => {
    expect(read({ between: 'yesterday and today' })).toBe('2026-11-21 00:00 to 2026-11-22 07:00');
    expect(read({ between: 'yesterday 14:00 and now' })).toBe('2026-11-21 14:00 to 2026-11-22 07:00');
  });

  test('what ends before it begins is refused with both ends', () => {
    const said = refused({ between: '2026-11-20 06:00 and 2026-11-20 02:00' });
    expect(said).toBe('That ends before it begins: from 2026-11-20 06:00 to 2026-11-20 02:00, in UTC.');
  });

  test.each(['yesterday and 2026-11-23 10:00', '2026-12-01 and 2026-12-02', 'tomorrow and tomorrow 14:00'])(
    'what is not over yet is refused with the time it is: %s',
    (between) => {
      expect(refused({ between })).toBe('That is not over yet. It is 2026-11-22 07:00 now, in UTC.');
    },
  );

  test.each([
    '2026-11-20 02:00',
    'yesterday and',
    'yesterday and today and tomorrow',
    '11/12/2026 and 11/13/2026',
    '2026-11-31 and 2026-12-01',
    '2026-13-01 and 2026-13-02',
    'nonsense and today',
  ])('what nobody can be sure of is refused with examples: %s', (between) => {
    expect(refused({ between })).toContain('I cannot tell when');
  });
});

describe('words', () => {
  test.each([
    ['since yesterday 14:00', '2026-11-21 14:00 to 2026-11-22 07:00'],
    ['since yesterday', '2026-11-21 00:00 to 2026-11-22 07:00'],
    ['since monday', '2026-11-16 00:00 to 2026-11-22 07:00'],
    ['since 12:00', '2026-11-21 12:00 to 2026-11-22 07:00'],
    ['since march', undefined],
    ['last night', '2026-11-21 18:00 to 2026-11-22 06:00'],
    ['yesterday', '2026-11-21 00:00 to 2026-11-22 00:00'],
    ['today', '2026-11-22 00:00 to 2026-11-22 07:00'],
    ['this morning', '2026-11-22 06:00 to 2026-11-22 07:00'],
    ['yesterday evening', '2026-11-21 18:00 to 2026-11-22 00:00'],
    ['yesterday 14:00 to 16:00', '2026-11-21 14:00 to 2026-11-21 16:00'],
    ['last week', '2026-11-15 07:00 to 2026-11-22 07:00'],
    ['past 3 days', '2026-11-19 07:00 to 2026-11-22 07:00'],
    ['last 4 hours', '2026-11-22 03:00 to 2026-11-22 07:00'],
    ['2 hours ago', '2026-11-22 05:00 to 2026-11-22 07:00'],
    ['20 november', '2026-11-20 00:00 to 2026-11-21 00:00'],
  ])('%s', (words, span) => {
    if (span) expect(read({ words })).toBe(span);
    else expect(refused({ words })).toContain('--last 90d');
  });

  test('soon after midnight the last night is the one that goes on', () => {
    const late = new Date('2026-11-22T01:30:00Z');
    expect(read({ words: 'last night' }, late)).toBe('2026-11-21 18:00 to 2026-11-22 01:30');
  });
});

test('a time range longer than is allowed is refused with the longest that is', () => {
  expect(refused({ last: '91d' })).toBe('That is 91 days; 90 at most are asked at once: --last 90d.');
  expect(refused({ between: '1970-01-01 and today' })).toContain('thousands of days');
});

test('two time ranges are refused', () => {
  expect(refused({ last: '4h', between: 'yesterday and today' })).toContain('one time range');
});

test('whatever is said, there is a time range within bounds or a sentence', () => {
  const word = fc.constantFrom(
    'last',
    'since',
    'yesterday',
    'and',
    'to',
    '"',
    '4h',
    'monday',
    '2026-11-20',
    '14:00',
  );
  const words = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.array(word, { maxLength: 8 }).map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(words, fc.constantFrom('last', 'between', 'words'), (said, option) => {
      try {
        const { from, to } = readSpan({ [option]: said }, limits);
        const length = Date.parse(to) - Date.parse(from);
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(90 * 86_400_000);
        expect(Date.parse(to)).toBeLessThanOrEqual(now.getTime() + 60_000);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        expect(error.message.length).toBeLessThan(250);
      }
    }),
    { numRuns: 2_000 },
  );
});
