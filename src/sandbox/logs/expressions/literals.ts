import { dateOf, dynamicOf, guidOf, spanOf } from '../convert.ts';
import { KqlError, notSupported } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { constant, type Scalar } from '../relation.ts';
import type { Bag, Value } from '../value.ts';

/** Node kinds that stand for a value, each with how to read it. */
export const literals: Record<string, (node: Syntax, now: number) => Scalar> = {
  StringLiteralExpression: (node) => constant('string', node.literal ?? ''),
  CompoundStringLiteralExpression: (node) => constant('string', node.literal ?? ''),
  BooleanLiteralExpression: (node) => {
    const said = inside(node);
    return constant('bool', said === 'null' ? null : /^(true|1)$/i.test(said));
  },
  IntLiteralExpression: (node) => constant('int', numberIn(node)),
  LongLiteralExpression: (node) => constant('long', numberIn(node)),
  RealLiteralExpression: (node) => constant('real', numberIn(node)),
  DecimalLiteralExpression: (node) => constant('decimal', numberIn(node)),
  DateTimeLiteralExpression: (node, now) => constant('datetime', dateIn(node, now)),
  TimespanLiteralExpression: (node) => constant('timespan', spanIn(node)),
  GuidLiteralExpression: (node) => constant('guid', guidOf(inside(node))),
  NullLiteralExpression: () => constant('dynamic', null),
  DynamicExpression: (node) => constant('dynamic', jsonIn(node.at('Expression'))),
  TypeOfLiteralExpression: (node) => constant('string', node.all('Types')[0]?.text ?? 'string'),
  TokenLiteralExpression: (node) => constant('string', node.text),
};

/** `7` of `long(7)` and of `7`. */
function inside(node: Syntax): string {
  const found = /^[a-z0-9]+\s*\((.*)\)$/is.exec(node.text);
  return (found?.[1] ?? node.text).trim().replace(/^(["'])(.*)\1$/s, '$2');
}

function numberIn(node: Syntax): number | null {
  const said = inside(node);
  if (said === 'null' || said === '') return null;
  if (/^[+]?inf$/i.test(said)) return Infinity;
  if (/^-inf$/i.test(said)) return -Infinity;
  if (/^nan$/i.test(said)) return Number.NaN;
  return Number(said);
}

function dateIn(node: Syntax, now: number): number | null {
  const said = inside(node);
  if (said === 'null') return null;
  if (said === '' || said === 'now') return now;
  const found = /^\d{4}$/.test(said) ? Date.UTC(Number(said), 0) : dateOf(said);
  if (found === null) throw new KqlError(`Invalid datetime literal: ${node.text}`, node.start, 'SYN0002');
  return found;
}

function spanIn(node: Syntax): number | null {
  const said = inside(node);
  if (said === 'null') return null;
  const found = spanOf(said);
  if (found === null) throw new KqlError(`Invalid timespan literal: ${node.text}`, node.start, 'SYN0002');
  return found;
}

/** What stands in `dynamic(…)`: JSON, with Kusto's own literals in it. */
function jsonIn(node: Syntax): Value {
  switch (node.kind) {
    case 'JsonArrayExpression':
      return node.all('Values').map(jsonIn);
    case 'JsonObjectExpression':
      return bagIn(node);
    case 'UnaryMinusExpression': {
      const value = jsonIn(node.at('Expression'));
      return typeof value === 'number' ? -value : value;
    }
  }
  const literal = literals[node.kind];
  if (!literal) throw notSupported(`'${node.text.slice(0, 50)}' in a dynamic literal`, node.start);
  const scalar = literal(node, 0);
  return dynamicOf(scalar.get([]), scalar.type);
}

function bagIn(node: Syntax): Bag {
  const bag: Bag = {};
  for (const pair of node.all('Pairs')) {
    const key = pair.at('Name');
    bag[key.literal ?? key.text.replace(/^(["'])(.*)\1$/s, '$2')] = jsonIn(pair.at('Value'));
  }
  return bag;
}
