import { textOf } from '../convert.ts';
import type { Scalar } from '../relation.ts';
import { isBag, type Value } from '../value.ts';
import { lift, named } from './lift.ts';

/** `bag.key`, `bag["key"]` and `list[0]`; from the end where the place is negative. Absent is null. */
export function element(of: Scalar, at: Scalar, name: string | undefined): Scalar {
  const scalar = lift('dynamic', [opened(of), at], (value, place) => elementOf(value, place));
  return name === undefined ? scalar : named(name, scalar);
}

export function elementOf(value: Value, place: Value): Value {
  if (Array.isArray(value)) {
    const index = typeof place === 'number' ? place : Number(textOf(place, 'dynamic') || Number.NaN);
    return value[index < 0 ? value.length + index : index] ?? null;
  }
  if (!isBag(value) || place === null) return null;
  const key = textOf(place, 'dynamic');
  return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

/** Nothing lies in a text: Kusto wants it parsed first. */
function opened(of: Scalar): Scalar {
  if (of.type !== 'string') return of;
  return lift('dynamic', [of], () => null);
}
