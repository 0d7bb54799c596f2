import type { Scalar } from '../relation.ts';
import { keyOf, type Row } from '../value.ts';
import { type Aggregate, holding, one } from './aggregate.ts';

/** Exact, where Kusto estimates: the sandbox has few rows. */
function distinct(value: Scalar, rows: Row[]): number {
  const seen = new Set<unknown>();
  for (const row of rows) {
    const held = value.get(row);
    if (held !== null) seen.add(keyOf(held));
  }
  return seen.size;
}

const countIf = one('countif', 1, 1, ([condition]) => ({
  type: 'long',
  of: (rows) => holding(condition, rows).length,
}));

/** The last argument of `dcount` chooses how exact the estimate is. */
const distinctCount = one('dcount', 1, 2, ([value]) => ({
  type: 'long',
  of: (rows) => (value ? distinct(value, rows) : 0),
}));
const distinctCountIf = one('dcountif', 2, 3, ([value, condition]) => ({
  type: 'long',
  of: (rows) => (value ? distinct(value, holding(condition, rows)) : 0),
}));

/** How many. */
export const counting: Record<string, Aggregate> = {
  // An argument changes nothing: rows where it is null are counted too.
  count: one('count', 0, 1, () => ({ type: 'long', of: (rows) => rows.length })),
  countif: countIf,
  dcount: distinctCount,
  dcountif: distinctCountIf,
  count_distinct: one('count_distinct', 1, 1, ([value]) => ({
    type: 'long',
    of: (rows) => (value ? distinct(value, rows) : 0),
  })),
  count_distinctif: one('count_distinctif', 2, 2, ([value, condition]) => ({
    type: 'long',
    of: (rows) => (value ? distinct(value, holding(condition, rows)) : 0),
  })),
};
