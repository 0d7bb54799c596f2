import { boolOf, convert, dateOf, realOf, spanOf, textOf } from '../convert.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import type { Scalar } from '../relation.ts';
import { isNumeric, keyOf, type Type, type Value } from '../value.ts';
import { as, lift } from './lift.ts';

/** Both sides as one type in which they can be compared. Throws where Kusto refuses to. */
export function alike(left: Scalar, right: Scalar, node: Syntax): [Scalar, Scalar, Type] {
  if (left.type === right.type) return [left, right, left.type];
  if (isNumeric(left.type) && isNumeric(right.type)) return [left, right, 'real'];
  if (left.type === 'dynamic') return [loosely(left, right.type), right, right.type];
  if (right.type === 'dynamic') return [left, loosely(right, left.type), left.type];
  // A time that is written as a text is read as a time.
  if (isTime(left.type) && right.type === 'string') return [left, as(left.type, right), left.type];
  if (left.type === 'string' && isTime(right.type)) return [as(right.type, left), right, right.type];
  throw new KqlError(
    `Cannot compare values of types ${left.type} and ${right.type}. Try adding explicit casts`,
    node.start,
    'SEM0026',
  );
}

const isTime = (type: Type) => type === 'datetime' || type === 'timespan' || type === 'guid';

/** What may not be ordered may still be equal: published hunts say `ResultType == 0` of a text. */
function equatable(left: Scalar, right: Scalar, node: Syntax): [Scalar, Scalar, Type] {
  const [a, b] = [left.type, right.type];
  if ((a === 'string' && isNumeric(b)) || (isNumeric(a) && b === 'string')) {
    return [as('string', left), as('string', right), 'string'];
  }
  if (a === 'bool' && b !== 'bool' && b !== 'dynamic') return [left, as('bool', right), 'bool'];
  if (b === 'bool' && a !== 'bool' && a !== 'dynamic') return [as('bool', left), right, 'bool'];
  return alike(left, right, node);
}

/** A dynamic value read as what it is held against: a number in a text is not a number, a time in a text is one. */
function loosely(scalar: Scalar, type: Type): Scalar {
  return lift(type, [scalar], (value) => {
    if (type === 'string' || type === 'guid') return textOf(value, 'dynamic');
    if (typeof value === 'string' && type === 'datetime') return dateOf(value);
    if (typeof value === 'string' && type === 'timespan') return spanOf(value);
    if (isNumeric(type)) return realOf(value, 'dynamic');
    return type === 'bool' ? boolOf(value) : convert(value, 'dynamic', type);
  });
}

/** Two nulls are neither equal nor unequal; one null is unequal to all that is. */
export function equals(left: Scalar, right: Scalar, node: Syntax, isWanted: boolean): Scalar {
  const [a, b] = equatable(left, right, node);
  return lift('bool', [a, b], (x, y) => {
    if (x === null || y === null) return x === y ? null : !isWanted;
    return (keyOf(x) === keyOf(y)) === isWanted;
  });
}

const tests = {
  LessThanExpression: (a: number | string, b: number | string) => a < b,
  LessThanOrEqualExpression: (a: number | string, b: number | string) => a <= b,
  GreaterThanExpression: (a: number | string, b: number | string) => a > b,
  GreaterThanOrEqualExpression: (a: number | string, b: number | string) => a >= b,
};

export const isOrdering = (kind: string): kind is keyof typeof tests => kind in tests;

export function ordered(left: Scalar, right: Scalar, node: Syntax, kind: keyof typeof tests): Scalar {
  const [a, b] = alike(left, right, node);
  const test = tests[kind];
  return lift('bool', [a, b], (x, y) => {
    const [p, q] = [comparable(x), comparable(y)];
    return p === null || q === null ? null : test(p, q);
  });
}

const comparable = (value: Value) =>
  typeof value === 'number' || typeof value === 'string'
    ? value
    : typeof value === 'boolean'
      ? Number(value)
      : null;

export function between(value: Scalar, from: Scalar, to: Scalar, node: Syntax, isWanted: boolean): Scalar {
  // `x between (start .. 1d)` is a day from the start.
  const end =
    to.type === 'timespan' && value.type === 'datetime'
      ? lift('datetime', [from, to], (x, y) =>
          typeof x === 'number' && typeof y === 'number' ? x + y : null,
        )
      : to;
  const [low, lower] = alike(value, from, node);
  const [high, upper] = alike(value, end, node);
  return lift('bool', [low, lower, high, upper], (x, a, y, b) => {
    const [p, q, r, s] = [comparable(x), comparable(a), comparable(y), comparable(b)];
    if (p === null || q === null || r === null || s === null) return p === null ? null : !isWanted;
    return (p >= q && r <= s) === isWanted;
  });
}
