import type { Scalar } from '../relation.ts';
import { order, type Row, type Type, type Value } from '../value.ts';
import { type Aggregate, conditional, known, one } from './aggregate.ts';

const sumType = ({ type }: Scalar): Type =>
  type === 'int' || type === 'bool' ? 'long' : type === 'dynamic' || type === 'string' ? 'real' : type;
const averageType = ({ type }: Scalar): Type =>
  type === 'timespan' || type === 'datetime' || type === 'decimal' ? type : 'real';
const same = ({ type }: Scalar): Type => (type === 'int' ? 'long' : type);

const numbers = (value: Scalar, rows: Row[]): number[] =>
  known(value, rows).flatMap((each) => {
    if (typeof each === 'number') return [each];
    if (typeof each === 'boolean') return [Number(each)];
    const read = value.type === 'dynamic' && typeof each === 'string' ? Number(each) : Number.NaN;
    return Number.isNaN(read) ? [] : [read];
  });

const sum = (value: Scalar, rows: Row[]) => numbers(value, rows).reduce((a, b) => a + b, 0);

function average(value: Scalar, rows: Row[]): Value {
  const all = numbers(value, rows);
  // Of none it is 0 divided by 0.
  return all.reduce((a, b) => a + b, 0) / all.length;
}

/** Of a sample, unless of all. */
function variance(value: Scalar, rows: Row[], isOfAll = false): Value {
  const all = numbers(value, rows);
  if (all.length === 0) return 0;
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const squares = all.reduce((a, b) => a + (b - mean) ** 2, 0);
  return all.length === 1 ? 0 : squares / (isOfAll ? all.length : all.length - 1);
}

const root = (value: Value) => (typeof value === 'number' ? Math.sqrt(value) : null);

const extreme = (sign: 1 | -1) => (value: Scalar, rows: Row[]) => {
  let best: Value = null;
  for (const row of rows) {
    const held = value.get(row);
    if (held === null) continue;
    if (best === null || order(held, best) * sign > 0) best = held;
  }
  return best ?? (value.type === 'string' ? '' : null);
};

const pair = (
  name: string,
  aggregate: (value: Scalar, rows: Row[]) => Value,
  type: (value: Scalar) => Type,
) => ({
  [name]: one(name, 1, 1, conditional(aggregate, type)),
  [`${name}if`]: one(`${name}if`, 2, 2, conditional(aggregate, type)),
});

const bits = (compute: (a: bigint, b: bigint) => bigint): Aggregate =>
  one('', 1, 1, ([value]) => ({
    type: 'long',
    of: (rows) => {
      const all = value ? numbers(value, rows).map((each) => BigInt(Math.trunc(each))) : [];
      return all.length === 0 ? null : Number(BigInt.asIntN(64, all.reduce(compute)));
    },
  }));

const real = (): Type => 'real';

/** Sums, means and extremes. */
export const summing: Record<string, Aggregate> = {
  ...pair('sum', sum, sumType),
  ...pair('avg', average, averageType),
  ...pair('min', extreme(-1), same),
  ...pair('max', extreme(1), same),
  ...pair('stdev', (value, rows) => root(variance(value, rows)), real),
  ...pair('variance', (value, rows) => variance(value, rows), real),
  stdevp: one(
    'stdevp',
    1,
    1,
    conditional((value, rows) => root(variance(value, rows, true)), real),
  ),
  variancep: one(
    'variancep',
    1,
    1,
    conditional((value, rows) => variance(value, rows, true), real),
  ),
  binary_all_or: bits((a, b) => a | b),
  binary_all_and: bits((a, b) => a & b),
  binary_all_xor: bits((a, b) => a ^ b),
};
