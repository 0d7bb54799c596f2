/** Kusto's scalar types; `int` and `long` are told apart in schemas only, `decimal` is counted as a double. */
export type Type =
  | 'bool'
  | 'int'
  | 'long'
  | 'real'
  | 'decimal'
  | 'datetime'
  | 'timespan'
  | 'string'
  | 'guid'
  | 'dynamic';

/**
 * A value of a cell, by the type of its column:
 *
 * | type | value |
 * | --- | --- |
 * | `bool` | boolean |
 * | `int` `long` `real` `decimal` | number (whole numbers beyond 2^53 lose digits) |
 * | `datetime` | milliseconds since 1970 UTC; fractions hold the 100 ns below, to about 0.3 µs |
 * | `timespan` | milliseconds, the same way |
 * | `string` | string, never null: an absent one is empty |
 * | `guid` | string in lower case |
 * | `dynamic` | parsed JSON; a datetime or timespan within it is its text |
 *
 * All but `string` may be `null`.
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Bag = { [key: string]: Value };
export type Row = Value[];

export interface Column {
  name: string;
  type: Type;
}

export const isBag = (value: Value): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands in a cell that was never filled. */
export const emptyOf = (type: Type): Value => (type === 'string' ? '' : null);

export const isNumeric = (type: Type) =>
  type === 'int' || type === 'long' || type === 'real' || type === 'decimal';

const aliases: Record<string, Type> = {
  boolean: 'bool',
  date: 'datetime',
  time: 'timespan',
  double: 'real',
  float: 'real',
  int32: 'int',
  int64: 'long',
  uuid: 'guid',
  uniqueid: 'guid',
  object: 'dynamic',
};
const types = new Set<string>([
  'bool',
  'int',
  'long',
  'real',
  'decimal',
  'datetime',
  'timespan',
  'string',
  'guid',
  'dynamic',
]);

/** By Kusto's name or another that it knows; what is none is dynamic. */
export function typeNamed(name: string): Type {
  const plain = name.toLowerCase();
  return aliases[plain] ?? (types.has(plain) ? (plain as Type) : 'dynamic');
}

/** The type that holds values of both, as `case`, `union` and `coalesce` choose it. */
export function commonType(all: Type[]): Type {
  const [first = 'dynamic', ...rest] = all;
  return rest.reduce((so, type) => {
    if (so === type) return so;
    if (isNumeric(so) && isNumeric(type)) return so === 'real' || type === 'real' ? 'real' : wider(so, type);
    return 'dynamic';
  }, first);
}

const wider = (a: Type, b: Type): Type => (a === 'decimal' || b === 'decimal' ? 'decimal' : 'long');

/** What tells two values apart in groups, joins and sets; the same for equal values whatever their object. */
export function keyOf(value: Value): string | number | boolean | null {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** One text for several values; lengths before texts, so that no value can imitate two. */
export function keyOfAll(values: Value[]): string {
  let key = '';
  for (const value of values) {
    if (typeof value === 'string') key += `s${value.length}:${value}`;
    else if (typeof value === 'number') key += `n${value};`;
    else if (value === null) key += '0;';
    else if (typeof value === 'boolean') key += value ? 'T' : 'F';
    else key += `j${JSON.stringify(value)};`;
  }
  return key;
}

const rank = (value: Value) =>
  value === null
    ? 0
    : typeof value === 'boolean'
      ? 1
      : typeof value === 'number'
        ? 2
        : typeof value === 'string'
          ? 3
          : 4;

/** Below 0 where `a` comes first; nulls come first of all, values of different kinds by kind. */
export function order(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1;
  }
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  const difference = rank(a) - rank(b);
  if (difference !== 0 || a === null) return difference;
  if (typeof a === 'boolean') return Number(a) - Number(b);
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
