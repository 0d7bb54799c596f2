import { describe, expect, it } from 'vitest';
import { evaluate, type LogStore } from '../../../src/sandbox/logs/evaluate.ts';
import { KqlError } from '../../../src/sandbox/logs/kql-error.ts';
import { ask, rowsOf } from './small-store.ts';

function refusal(text: string, options: Parameters<typeof ask>[1] = {}): KqlError {
  try {
    ask(text, options);
  } catch (error) {
    if (error instanceof KqlError) return error;
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

describe('what a query says wrongly', () => {
  it.each([
    [
      'Logons | where Nope == 1',
      "'where' operator: Failed to resolve column or scalar expression named 'Nope'",
      1,
      16,
    ],
    [
      'Logons\n| project User,\n  Nope',
      "'project' operator: Failed to resolve column or scalar expression named 'Nope'",
      3,
      3,
    ],
    ['Nowhere | take 1', "named 'Nowhere'", 1, 1],
    ['Logons | join Alerts on Nope', "'join' operator: Failed to resolve column named 'Nope'", 1, 25],
    ['Logons | project-away Nope', "Failed to resolve column named 'Nope'", 1, 23],
    ['Logons | where', 'Query could not be parsed', 1, 15],
    ['Logons | where User > 5', 'Cannot compare values of types string and long', 1, 16],
    [
      'Logons | extend x = User + 1',
      'Arithmetic expression cannot be carried-out between string and long',
      1,
      21,
    ],
    ['Logons | where User matches regex "("', 'Regex pattern is ill-formed', 1, 16],
    ['print strlen()', 'expects 1 argument', 1, 7],
    ['print nosuch(1)', "Unknown function: 'nosuch'", 1, 7],
    ['.show tables', 'Only queries are allowed', 1, 1],
  ])('%s', (text, message, line, column) => {
    const error = refusal(text);
    expect(error.message).toContain(message);
    expect([error.line, error.column]).toEqual([line, column]);
  });
});

describe('what the sandbox does not know', () => {
  it.each([
    ['Logons | scan with (step s: true;)', 'scan'],
    ['Logons | reduce by User', 'reduce'],
    ['Logons | fork (take 1) (take 2)', 'fork'],
    ['Logons | facet by User', 'facet'],
    ['Logons | top-hitters 2 of User', 'top-hitters'],
    ['Logons | evaluate python("x")', 'python'],
    ['print gzip_decompress_from_base64_string("x")', 'gzip_decompress_from_base64_string'],
    ['print series_fft(dynamic([1, 2]))', 'series_fft'],
    ['Logons | join kind=inner Alerts on $left.User != $right.User', 'equality'],
  ])('is refused by name: %s', (text, name) => {
    expect(refusal(text).message).toMatch(
      new RegExp(`${name}.*(not supported|Unknown)|(not supported|Unknown).*${name}`),
    );
  });
});

describe('bounds', () => {
  it('the time range cuts every table, whatever the query says', () => {
    const span = { from: Date.UTC(2026, 1, 1, 8, 30), to: Date.UTC(2026, 1, 1, 10) };
    expect(rowsOf('Logons | count', { span })).toEqual([[2]]);
    expect(rowsOf('Logons | where TimeGenerated > ago(30d) | count', { span })).toEqual([[2]]);
    expect(rowsOf('union Logons, Alerts | count', { span })).toEqual([[3]]);
  });

  it('an answer beyond its most rows is cut and says so', () => {
    const answer = ask('range x from 1 to 10 step 1', { mostRows: 3 });
    expect(answer.rows).toHaveLength(3);
    expect(answer.partial).toContain('E_QUERY_RESULT_SET_TOO_LARGE');
    expect(ask('Logons').partial).toBeUndefined();
  });

  it.each([
    'range x from 1 to 100 step 1 | extend k = 1 | join kind=inner (range x from 1 to 100 step 1 | extend k = 1) on k',
    'range x from 1 to 100 step 1 | extend y = range(1, 100, 1) | mv-expand y',
    'union (range x from 1 to 900 step 1), (range x from 1 to 900 step 1)',
  ])('a query that grows too far is a runaway: %s', (text) => {
    expect(refusal(text, { mostHeld: 1000 })).toMatchObject({ code: 'E_RUNAWAY_QUERY' });
  });

  it('a join is refused before it is made', () => {
    const rows = Array.from({ length: 20_000 }, (_, place) => [place % 2]);
    const store: LogStore = { tables: new Map([['T', { columns: [{ name: 'k', type: 'long' }], rows }]]) };
    const options = { now: 0, span: undefined, mostRows: 10 };
    expect(() => evaluate('T | join kind=inner T on k', store, options)).toThrow(/E_RUNAWAY_QUERY/);
  });

  it('a query whose time is over ends', () => {
    expect(refusal('range x from 1 to 5000 step 1', { isOver: () => true }).code).toBe('E_QUERY_TIMEOUT');
  });

  it('a function that calls itself is refused', () => {
    const store: LogStore = { tables: new Map(), functions: new Map([['Loop', 'Loop | take 1']]) };
    expect(() => ask('Loop', {}, store)).toThrow(KqlError);
  });
});

describe('tables of products that nobody has here', () => {
  const empty = { unknownTables: 'empty' } as const;

  it('are refused, or empty with whatever columns the query names', () => {
    expect(refusal('OktaLogs | where Outcome == "x"').message).toContain("'OktaLogs'");
    expect(rowsOf('OktaLogs | where Outcome == "x" | summarize count() by Actor', empty)).toEqual([]);
    expect(rowsOf('OktaLogs | join kind=inner Logons on User | project Actor, Bytes', empty)).toEqual([]);
    expect(rowsOf('union Logons, OktaLogs | extend a = Actor | count', empty)).toEqual([[4]]);
    expect(rowsOf('_GetWatchlist("vips") | project SearchKey', empty)).toEqual([]);
  });

  it('leave names that a query gives itself what they are', () => {
    expect(rowsOf('let f = (a:long) { let b = a * 2; b }; print f(4)', empty)).toEqual([[8]]);
    expect(rowsOf('let since = ago(1d); Logons | where TimeGenerated > since | count', empty)).toEqual([[4]]);
  });

  it('do not turn the columns of known tables into anything', () => {
    expect(refusal('Logons | where Nope == 1', empty).message).toContain("'Nope'");
    expect(refusal('OktaLogs | project Actor | where Nope == 1', empty).message).toContain("'Nope'");
  });
});
