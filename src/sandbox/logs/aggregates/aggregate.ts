import type { Call } from '../context.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import type { Scalar } from '../relation.ts';
import type { Row, Type, Value } from '../value.ts';

/** One or several columns that come of the rows of a group. */
export interface Aggregated {
  columns: { name: string; type: Type }[];
  of(rows: Row[]): Value[];
}

/** Makes it out of the arguments as written. */
export type Aggregate = (given: Syntax[], call: Call) => Aggregated;

/** The arguments as expressions. */
export function scalars(given: Syntax[], { context, frame }: Call): Scalar[] {
  return given.map((node) => context.scalar(node, frame));
}

/** An aggregate of one column, called after its first argument behind a word of its own. */
export function one(
  prefix: string,
  least: number,
  most: number,
  make: (given: Scalar[], call: Call) => { type: Type; of(rows: Row[]): Value },
): Aggregate {
  return (given, call) => {
    if (given.length < least || given.length > most) {
      throw new KqlError(
        `${call.name}(): function expects ${least === most ? least : `${least} to ${most}`} argument(s).`,
        call.node.start,
      );
    }
    const arguments_ = scalars(given, call);
    const { type, of } = make(arguments_, call);
    const first = arguments_[0];
    const name = `${prefix}_${first?.isConstant ? '' : (first?.name ?? '')}`;
    return { columns: [{ name, type }], of: (rows) => [of(rows)] };
  };
}

/** Values of an expression over rows, without nulls. */
export function known(scalar: Scalar, rows: Row[]): Value[] {
  const values: Value[] = [];
  for (const row of rows) {
    const value = scalar.get(row);
    if (value !== null) values.push(value);
  }
  return values;
}

/** Rows for which a condition holds. */
export const holding = (condition: Scalar | undefined, rows: Row[]) =>
  condition ? rows.filter((row) => condition.get(row) === true) : rows;

/** The condition stands last in `sumif(x, condition)`. */
export const conditional =
  (aggregate: (value: Scalar, rows: Row[]) => Value, type: (value: Scalar) => Type) => (given: Scalar[]) => {
    const [value, condition] = given as [Scalar, Scalar | undefined];
    return { type: type(value), of: (rows: Row[]) => aggregate(value, holding(condition, rows)) };
  };
