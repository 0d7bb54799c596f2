import { dynamicOf } from '../convert.ts';
import { constantOf, type Scalar } from '../relation.ts';
import { type Bag, isBag, keyOf, type Row, type Value } from '../value.ts';
import { type Aggregate, holding, one } from './aggregate.ts';

/** So many Kusto keeps where nobody says. */
const most = 1_048_576;
const limitOf = (scalar: Scalar | undefined) => (scalar ? Number(constantOf(scalar)) : most);

function list(value: Scalar, rows: Row[], limit: number, keepsNulls = false): Value[] {
  const all: Value[] = [];
  for (const row of rows) {
    const held = value.get(row);
    if (all.length >= limit) break;
    if (held !== null || keepsNulls) all.push(dynamicOf(held, value.type));
  }
  return all;
}

/** Lists within are taken apart, as Kusto does. */
function set(value: Scalar, rows: Row[], limit: number): Value[] {
  const all = new Map<unknown, Value>();
  for (const row of rows) {
    const held = value.get(row);
    for (const each of Array.isArray(held) ? held : [held]) {
      if (each !== null && all.size < limit && !all.has(keyOf(each)))
        all.set(keyOf(each), dynamicOf(each, value.type));
    }
  }
  return [...all.values()];
}

/** Of two values under one key either may stay: here the first. */
function bag(value: Scalar, rows: Row[], limit: number): Value {
  const merged: Bag = {};
  let isAny = false;
  for (const row of rows) {
    const held = value.get(row);
    if (!isBag(held)) continue;
    isAny = true;
    for (const [key, each] of Object.entries(held)) {
      if (!Object.hasOwn(merged, key) && Object.keys(merged).length < limit) merged[key] = each;
    }
  }
  return isAny ? merged : [];
}

type Collect = (value: Scalar, rows: Row[], limit: number) => Value;
const collect = (prefix: string, how: Collect): Aggregate =>
  one(prefix, 1, 2, ([value, limit]) => ({
    type: 'dynamic',
    of: (rows) => (value ? how(value, rows, limitOf(limit)) : null),
  }));
const collectIf = (prefix: string, how: Collect): Aggregate =>
  one(prefix, 2, 3, ([value, condition, limit]) => ({
    type: 'dynamic',
    of: (rows) => (value ? how(value, holding(condition, rows), limitOf(limit)) : null),
  }));

/** Many into one. */
export const collecting: Record<string, Aggregate> = {
  make_list: collect('list', list),
  makelist: collect('list', list),
  make_list_if: collectIf('list', list),
  make_list_with_nulls: collect('list', (value, rows, limit) => list(value, rows, limit, true)),
  make_set: collect('set', set),
  makeset: collect('set', set),
  make_set_if: collectIf('set', set),
  make_bag: collect('bag', bag),
  make_dictionary: collect('dictionary', bag),
  make_bag_if: collectIf('bag', bag),
};
