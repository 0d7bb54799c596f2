import { boolOf } from '../convert.ts';
import type { Scalar } from '../relation.ts';
import { constant, constantOf } from '../relation.ts';
import type { Value } from '../value.ts';

/** Of three values: what is false whatever the other says is false, what hangs on a null is null. */
export function and(left: Scalar, right: Scalar): Scalar {
  return joined(left, right, false);
}

export function or(left: Scalar, right: Scalar): Scalar {
  return joined(left, right, true);
}

/** The right side is asked only where the left does not decide. */
function joined(left: Scalar, right: Scalar, deciding: boolean): Scalar {
  const get = (row: Value[]) => {
    const a = boolOf(left.get(row));
    if (a === deciding) return deciding;
    const b = boolOf(right.get(row));
    if (b === deciding) return deciding;
    return a === null || b === null ? null : !deciding;
  };
  const scalar: Scalar = { type: 'bool', get, isConstant: left.isConstant && right.isConstant };
  return scalar.isConstant ? constant('bool', constantOf(scalar)) : scalar;
}
