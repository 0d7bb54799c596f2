import type { Call } from '../context.ts';
import { as, lift } from '../expressions/lift.ts';
import type { Scalar } from '../relation.ts';
import type { Type, Value } from '../value.ts';

/** A function of Kusto: how many arguments it takes, and what it makes of them. */
export interface BuiltIn {
  least: number;
  most: number;
  make(given: Scalar[], call: Call): Scalar;
}

/** What an argument is read as: a type, `number` for any number, `any` for itself; `?` may be absent, `*` and more. */
type Base = 'string' | 'number' | 'datetime' | 'timespan' | 'bool' | 'dynamic' | 'any';
export type Take = Base | `${Base}?` | `${Base}*`;

type Of<B> = B extends 'string'
  ? string
  : B extends 'number' | 'datetime' | 'timespan'
    ? number
    : B extends 'bool'
      ? boolean
      : Value;
type Given<T> = T extends readonly [infer H, ...infer R]
  ? H extends `${infer B}*`
    ? [...Of<B>[]]
    : H extends `${infer B}?`
      ? [Of<B>?, ...Given<R>]
      : [Of<H>, ...Given<R>]
  : [];

const unbounded = 64;

/**
 * A function of values. Where an argument is null that is neither `dynamic` nor `any`, so is its result,
 * or empty where it gives a text.
 */
export function of<const T extends readonly Take[]>(
  takes: T,
  gives: Type | ((given: Scalar[]) => Type),
  compute: (...values: Given<T>) => Value,
): BuiltIn {
  const isRest = takes.at(-1)?.endsWith('*') ?? false;
  const least = takes.filter((take) => !/[?*]$/.test(take)).length;
  const run = compute as (...values: Value[]) => Value;
  return {
    least,
    most: isRest ? unbounded : takes.length,
    make(given) {
      const takeAt = (place: number) => base(takes[Math.min(place, takes.length - 1)] ?? 'any');
      const type = typeof gives === 'function' ? gives(given) : gives;
      const read = given.map((scalar, place) => readAs(takeAt(place), scalar));
      const strict = given.map((_, place) => takeAt(place) !== 'any' && takeAt(place) !== 'dynamic');
      const nothing = type === 'string' ? '' : null;
      return lift(type, read, (...values) => {
        for (let place = 0; place < values.length; place += 1) {
          if (values[place] === null && strict[place]) return nothing;
        }
        return run(...values) ?? nothing;
      });
    },
  };
}

const base = (take: Take) => take.replace(/[?*]$/, '') as Base;

function readAs(take: Base, scalar: Scalar): Scalar {
  switch (take) {
    case 'any':
      return scalar;
    case 'number':
      return scalar.type === 'string' || scalar.type === 'dynamic' || scalar.type === 'bool'
        ? as('real', scalar)
        : scalar;
    default:
      return as(take, scalar);
  }
}

/** A function that looks at its arguments themselves. */
export function special(
  least: number,
  most: number | undefined,
  make: (given: Scalar[], call: Call) => Scalar,
): BuiltIn {
  return { least, most: most ?? unbounded, make };
}
