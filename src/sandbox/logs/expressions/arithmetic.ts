import { dateOf } from '../convert.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import type { Scalar } from '../relation.ts';
import { isNumeric, type Type, type Value } from '../value.ts';
import { lift } from './lift.ts';

const signs = {
  AddExpression: '+',
  SubtractExpression: '-',
  MultiplyExpression: '*',
  DivideExpression: '/',
  ModuloExpression: '%',
} as const;
type Sign = (typeof signs)[keyof typeof signs];

export const isArithmetic = (kind: string): kind is keyof typeof signs => kind in signs;

/** `a + b` and its like over numbers, times and lengths of time; null where a side is null. */
export function arithmetic(left: Scalar, right: Scalar, node: Syntax, kind: keyof typeof signs): Scalar {
  const sign = signs[kind];
  const type = typeOf(left.type, right.type, sign);
  if (!type) {
    throw new KqlError(
      `Arithmetic expression cannot be carried-out between ${left.type} and ${right.type}`,
      node.start,
      'SEM0064',
    );
  }
  const [a, b] = [numbers(left, right.type), numbers(right, left.type)];
  // Of two whole numbers `/` leaves a whole number.
  const isCut = sign === '/' && type === 'long';
  const compute = isCut ? (x: number, y: number) => Math.trunc(x / y) : computing[sign];
  return lift(type, [a, b], (x, y) => {
    if (typeof x !== 'number' || typeof y !== 'number') return null;
    // Division of whole numbers by 0 has no answer; of reals it is infinite.
    if (y === 0 && (sign === '/' || sign === '%') && type !== 'real' && type !== 'dynamic') return null;
    return compute(x, y);
  });
}

const computing: Record<Sign, (x: number, y: number) => number> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => x / y,
  '%': (x, y) => x % y,
};

function typeOf(a: Type, b: Type, sign: Sign): Type | undefined {
  if (isNumeric(a) && isNumeric(b)) return numericType(a, b);
  if (a === 'datetime' && b === 'datetime') return sign === '-' ? 'timespan' : undefined;
  if (a === 'datetime' && b === 'timespan') return withSpan[sign];
  if (a === 'timespan' && b === 'datetime') return sign === '+' ? 'datetime' : undefined;
  if (a === 'timespan' && b === 'timespan')
    return sign === '/' ? 'real' : sign === '*' ? undefined : 'timespan';
  if (a === 'timespan' && isNumeric(b)) return sign === '*' || sign === '/' ? 'timespan' : undefined;
  if (isNumeric(a) && b === 'timespan') return sign === '*' ? 'timespan' : undefined;
  if (a === 'dynamic') return b === 'dynamic' ? 'dynamic' : withUnknown(b, sign, false);
  if (b === 'dynamic') return withUnknown(a, sign, true);
  return undefined;
}

const withSpan: Partial<Record<Sign, Type>> = {
  '+': 'datetime',
  '-': 'datetime',
  '%': 'timespan',
  '/': 'real',
};

function withUnknown(known: Type, sign: Sign, isLeft: boolean): Type | undefined {
  if (isNumeric(known)) return 'real';
  if (known === 'datetime')
    return sign === '-' && isLeft ? 'timespan' : sign === '+' ? 'datetime' : undefined;
  return known === 'timespan' ? 'timespan' : undefined;
}

function numericType(a: Type, b: Type): Type {
  if (a === 'real' || b === 'real') return 'real';
  if (a === 'decimal' || b === 'decimal') return 'decimal';
  return 'long';
}

/** Numbers of a side whose values are not known to be numbers. */
function numbers(scalar: Scalar, other: Type): Scalar {
  if (scalar.type !== 'dynamic') return scalar;
  return lift('real', [scalar], (value) => numberIn(value, other));
}

function numberIn(value: Value, other: Type): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && other === 'datetime' ? dateOf(value) : null;
}

export function negative(scalar: Scalar): Scalar {
  return lift(scalar.type === 'int' ? 'long' : scalar.type, [scalar], (value) =>
    typeof value === 'number' ? -value : null,
  );
}
