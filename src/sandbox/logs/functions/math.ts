import { constant, constantOf, type Scalar } from '../relation.ts';
import type { Type } from '../value.ts';
import { bin } from './dates.ts';
import { type BuiltIn, of, special } from './define.ts';

const ofReal = (compute: (value: number) => number) => of(['number'], 'real', compute);
/** Of whole numbers a whole number; of lengths of time one of those. */
const sameType = ([value]: Scalar[]): Type =>
  value?.type === 'int'
    ? 'long'
    : value?.type === 'dynamic' || value?.type === 'string'
      ? 'real'
      : (value?.type ?? 'real');

/** Half goes to the even neighbour, as in .NET. */
function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = Math.abs(rest - 0.5) < 1e-9 ? floor % 2 !== 0 : rest > 0.5;
  return (up ? floor + 1 : floor) / scale;
}

/** With a second argument it is `bin` by another name. */
const floorTo: BuiltIn = {
  least: 1,
  most: 2,
  make: (given, call) => (given.length > 1 ? bin.make(given, call) : ofReal(Math.floor).make(given, call)),
};

const bits = (compute: (a: bigint, b: bigint) => bigint) =>
  of(['number', 'number'], 'long', (a, b) =>
    Number(BigInt.asIntN(64, compute(BigInt(Math.trunc(a)), BigInt(Math.trunc(b))))),
  );

/** The same sequence for every query, so that what was seen once is seen again. */
const rand = special(0, 1, ([most], { context }) => {
  const limit = most ? Number(constantOf(most)) : 0;
  return {
    type: limit > 1 ? 'long' : 'real',
    isConstant: false,
    get: () => (limit > 1 ? Math.floor(context.random() * limit) : context.random()),
  };
});

/** Numbers. */
export const maths: Record<string, BuiltIn> = {
  round: of(['number', 'number?'], 'real', (value, digits = 0) => round(value, digits)),
  floor: floorTo,
  ceiling: ofReal(Math.ceil),
  abs: of(['number'], sameType, Math.abs),
  sign: of(['number'], 'long', Math.sign),
  pow: of(['number', 'number'], 'real', (base, power) => base ** power),
  exp: ofReal(Math.exp),
  exp2: ofReal((power) => 2 ** power),
  exp10: ofReal((power) => 10 ** power),
  log: ofReal(Math.log),
  log2: ofReal(Math.log2),
  log10: ofReal(Math.log10),
  sqrt: ofReal(Math.sqrt),
  sin: ofReal(Math.sin),
  cos: ofReal(Math.cos),
  tan: ofReal(Math.tan),
  asin: ofReal(Math.asin),
  acos: ofReal(Math.acos),
  atan: ofReal(Math.atan),
  atan2: of(['number', 'number'], 'real', Math.atan2),
  pi: special(0, 0, () => constant('real', Math.PI)),
  degrees: ofReal((value) => (value * 180) / Math.PI),
  radians: ofReal((value) => (value * Math.PI) / 180),
  rand,
  isnan: of(['number'], 'bool', Number.isNaN),
  isinf: of(['number'], 'bool', (value) => value === Infinity || value === -Infinity),
  isfinite: of(['number'], 'bool', Number.isFinite),
  binary_and: bits((a, b) => a & b),
  binary_or: bits((a, b) => a | b),
  binary_xor: bits((a, b) => a ^ b),
  binary_shift_left: bits((a, b) => a << b),
  binary_shift_right: bits((a, b) => a >> b),
  binary_not: of(['number'], 'long', (value) => -Math.trunc(value) - 1),
};
