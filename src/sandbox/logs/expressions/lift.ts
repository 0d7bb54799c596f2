import { convert } from '../convert.ts';
import { constant, constantOf, type Scalar } from '../relation.ts';
import { emptyOf, type Row, type Type, type Value } from '../value.ts';

/** An expression made of others: computed once where they are all constants. */
export function lift(type: Type, of: Scalar[], compute: (...values: Value[]) => Value): Scalar {
  if (of.every(({ isConstant }) => isConstant)) return constant(type, compute(...of.map(constantOf)));
  return { type, isConstant: false, get: getter(of, compute) };
}

/** Most calls have one or two arguments: no list is made for those. */
function getter(of: Scalar[], compute: (...values: Value[]) => Value): (row: Row) => Value {
  const [a, b, c] = of;
  if (a && of.length === 1) return (row) => compute(a.get(row));
  if (a && b && of.length === 2) return (row) => compute(a.get(row), b.get(row));
  if (a && b && c && of.length === 3) return (row) => compute(a.get(row), b.get(row), c.get(row));
  return (row) => compute(...of.map((scalar) => scalar.get(row)));
}

/** The expression as another type; itself where it is of it already. */
export function as(type: Type, scalar: Scalar): Scalar {
  if (scalar.type === type) return scalar;
  const { type: from } = scalar;
  return named(
    scalar.name,
    lift(type, [scalar], (value) => convert(value, from, type) ?? emptyOf(type)),
  );
}

export function named(name: string | undefined, scalar: Scalar): Scalar {
  return name === undefined ? scalar : { ...scalar, name };
}
