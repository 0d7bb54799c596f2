import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kqlDatetime, kqlDynamic, kqlNumber, kqlString } from '../../src/kql/escape.ts';
import { judge } from '../../src/kql/judge.ts';
import { childrenOf, type KustoNode, kindOf, nodesOf, parse, tablesOf } from '../../src/kql/kusto.ts';
import { typed, workspace } from './workspace.ts';

const known = tablesOf(workspace.tables);
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      "'",
      '\\',
      '`',
      '\n',
      '\r',
      '\0',
      '|',
      ';',
      '/',
      '@',
      'h',
      '}',
      '\ud800',
      '\u2028',
      'a',
    ),
  }),
);

describe('a text as a literal', () => {
  it('is read back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(textOf(onlyLiteral(kqlString(value)))).toBe(value.toWellFormed());
      }),
      { numRuns: 1_000 },
    );
  });

  it('stands anywhere in a query without becoming part of it', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const verdict = judge(`SigninLogs | where UserId == ${kqlString(value)} | count`, typed, known);
        expect(verdict).toMatchObject({ kind: 'allowed', tables: ['SigninLogs'] });
      }),
      { numRuns: 300 },
    );
  });

  it('stays legible for names of people', () => {
    expect(kqlString("O'Brien, Zoë (雪)")).toBe(`"O'Brien, Zoë (雪)"`);
    expect(kqlString('a"; union EmailEvents //')).toBe(
      '"a\\u0022\\u003b union EmailEvents //"'.replace('\\u003b', ';'),
    );
  });
});

describe('lists, numbers and times', () => {
  it('are read as one value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(hostile, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), {
          maxLength: 5,
        }),
        (values) => {
          const text = `print ${kqlDynamic(values)}`;
          const { root, faults } = parse(text);
          expect(faults).toEqual([]);
          const lists = [...nodesOf(root)].filter((node) => kindOf(node) === 'JsonArrayExpression');
          expect(lists).toHaveLength(1);
          const strings = [...nodesOf(root)].filter((node) => kindOf(node) === 'StringLiteralExpression');
          expect(strings.map(textOf)).toEqual(
            values.filter((value) => typeof value === 'string').map((value) => value.toWellFormed()),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([0, -0, 1, -1, 1.5, -2.25, 1e21, 1e300, 5e-324, 2 ** 53, Number.MIN_SAFE_INTEGER])(
    '%d is a number',
    (value) => {
      expect(judge(`print x = ${kqlNumber(value)}`, typed, known)).toMatchObject({
        kind: 'allowed',
        columns: [{ name: 'x', type: Number.isSafeInteger(value) ? 'long' : 'real' }],
      });
    },
  );

  it('are refused where they are none', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => kqlNumber(value)).toThrow(RangeError);
    expect(() => kqlDatetime(new Date(Number.NaN))).toThrow(RangeError);
  });

  it('have times to the millisecond', () => {
    expect(kqlDatetime(new Date('2026-11-21T10:00:00.125Z'))).toBe('datetime(2026-11-21T10:00:00.125Z)');
    expect(judge(`print x = ${kqlDatetime(new Date(0))}`, typed, known)).toMatchObject({
      columns: [{ name: 'x', type: 'datetime' }],
    });
  });
});

function onlyLiteral(literal: string): KustoNode {
  const { root, faults } = parse(`print ${literal}`);
  expect(faults).toEqual([]);
  const print = [...nodesOf(root)].find((node) => kindOf(node) === 'PrintOperator');
  const literals = [...nodesOf(root)].filter((node) => /Literal/.test(kindOf(node)));
  expect(print?.End).toBe(root.End);
  expect(literals).toHaveLength(1);
  return literals[0] as KustoNode;
}

/** What the parser takes the literal for. */
function textOf(node: KustoNode): string {
  const [token] = childrenOf(node);
  return String(token?.ValueText);
}
