import { textOf } from '../convert.ts';
import { as, lift } from '../expressions/lift.ts';
import { elementOf } from '../expressions/paths.ts';
import { constantOf } from '../relation.ts';
import { type Type, typeNamed, type Value } from '../value.ts';
import { type BuiltIn, of, special } from './define.ts';

const to = (type: Type): BuiltIn =>
  special(1, 1, ([value]) => (value ? as(type, value) : lift(type, [], () => null)));

const parseJson = special(1, 1, ([text]) => {
  if (!text || text.type === 'dynamic') return text ?? lift('dynamic', [], () => null);
  return lift('dynamic', [as('string', text)], (value) => jsonOf(String(value)));
});

/** Parsed JSON; a text that is none stays a text, as Kusto has it. */
export function jsonOf(text: string): Value {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const first = trimmed.charCodeAt(0);
  // Only what begins like JSON is tried: a failed try costs an exception.
  if (
    !(
      first === 123 ||
      first === 91 ||
      first === 34 ||
      first === 45 ||
      (first > 47 && first < 58) ||
      /^(true|false|null)$/.test(trimmed)
    )
  ) {
    return text;
  }
  try {
    return JSON.parse(trimmed) as Value;
  } catch {
    return text;
  }
}

/** `$.a.b[0]['c']` */
function walk(value: Value, path: string): Value {
  const steps = path.matchAll(/\.([^.[\]]+)|\[(?:'([^']*)'|"([^"]*)"|(-?\d+))\]/g);
  let at = value;
  for (const [, plain, single, double, index] of steps) {
    at = elementOf(at, index === undefined ? (plain ?? single ?? double ?? '') : Number(index));
  }
  return at;
}

const extract = of(['string', 'string', 'any?'], 'string', (path, text) =>
  textOf(walk(jsonOf(text), path), 'dynamic'),
);

const extractJson: BuiltIn = {
  ...extract,
  make(given, call) {
    const asked = given[2];
    const found = extract.make(given, call);
    return asked ? as(typeNamed(String(constantOf(asked))), found) : found;
  },
};

const hexOf = of(['number', 'number?'], 'string', (value, least = 0) => {
  const whole = BigInt.asUintN(64, BigInt(Math.trunc(value)));
  return whole.toString(16).padStart(least, '0');
});

const typeOf = special(1, 1, ([value]) => {
  const declared = value?.type ?? 'dynamic';
  return lift('string', value ? [value] : [], (held) => {
    if (declared !== 'dynamic') return declared;
    if (held === null) return 'null';
    if (Array.isArray(held)) return 'array';
    if (typeof held === 'object') return 'dictionary';
    if (typeof held === 'number') return Number.isInteger(held) ? 'long' : 'real';
    return typeof held === 'boolean' ? 'bool' : 'string';
  });
});

/** From one type into another. */
export const conversions: Record<string, BuiltIn> = {
  tostring: to('string'),
  toint: to('int'),
  tolong: to('long'),
  toreal: to('real'),
  todouble: to('real'),
  todecimal: to('decimal'),
  tobool: to('bool'),
  toboolean: to('bool'),
  toguid: to('guid'),
  todatetime: to('datetime'),
  totimespan: to('timespan'),
  totime: to('timespan'),
  tohex: hexOf,
  parse_json: parseJson,
  parsejson: parseJson,
  todynamic: parseJson,
  toobject: parseJson,
  extractjson: extractJson,
  extract_json: extractJson,
  gettype: typeOf,
};
