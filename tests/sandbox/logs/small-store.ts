import { type EvaluateOptions, evaluate, type LogStore } from '../../../src/sandbox/logs/evaluate.ts';

/** The first of February 2026, noon: the `now()` of these tests. */
export const now = Date.UTC(2026, 1, 1, 12);
const at = (hour: number, minute = 0) => Date.UTC(2026, 1, 1, hour, minute);

/** Two tables small enough to reckon by hand. */
export const smallStore: LogStore = {
  tables: new Map([
    [
      'Logons',
      {
        columns: [
          { name: 'TimeGenerated', type: 'datetime' },
          { name: 'User', type: 'string' },
          { name: 'Result', type: 'int' },
          { name: 'Bytes', type: 'long' },
          { name: 'Risk', type: 'real' },
          { name: 'Interactive', type: 'bool' },
          { name: 'Details', type: 'dynamic' },
        ],
        rows: [
          [at(8), 'ada', 0, 100, 0.5, true, { city: 'Bern', tags: ['vpn', 'mfa'] }],
          [at(8, 30), 'bob', 1, 250, 2.5, false, { city: 'Graz', tags: [] }],
          [at(9), 'ada', 1, 300, null, true, null],
          [at(11), 'cyd', 0, null, 1.5, null, { city: 'Bern', tags: ['mfa'] }],
        ],
      },
    ],
    [
      'Alerts',
      {
        columns: [
          { name: 'TimeGenerated', type: 'datetime' },
          { name: 'User', type: 'string' },
          { name: 'Severity', type: 'string' },
        ],
        rows: [
          [at(8, 10), 'ada', 'High'],
          [at(9, 10), 'ada', 'Low'],
          [at(10), 'eve', 'High'],
        ],
      },
    ],
  ]),
  functions: new Map([
    ['Failed', 'Logons | where Result != 0'],
    ['LogonsOf', '(who:string) { Logons | where User == who }'],
  ]),
};

export function ask(text: string, options: Partial<EvaluateOptions> = {}, store = smallStore) {
  return evaluate(text, store, { now, span: undefined, mostRows: 1000, ...options });
}

/** Rows alone. */
export const rowsOf = (text: string, options?: Partial<EvaluateOptions>) => ask(text, options).rows;

/** What an expression is worth. */
export const worthOf = (expression: string) => rowsOf(`print ${expression}`)[0]?.[0];

/** Names and types, as one writes them: `User:string, Count:long`. */
export const columnsOf = (text: string) =>
  ask(text)
    .columns.map(({ name, type }) => `${name}:${type}`)
    .join(', ');
