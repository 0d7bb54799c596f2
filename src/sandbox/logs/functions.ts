import type { Call } from './context.ts';
import { named } from './expressions/lift.ts';
import { conversions } from './functions/conversions.ts';
import { dates } from './functions/dates.ts';
import type { BuiltIn } from './functions/define.ts';
import { dynamics } from './functions/dynamics.ts';
import { addresses } from './functions/ip.ts';
import { logic } from './functions/logic.ts';
import { maths } from './functions/math.ts';
import { regexes } from './functions/regex.ts';
import { series, severals } from './functions/series.ts';
import { texts } from './functions/strings.ts';
import { parsed } from './functions/urls.ts';
import { windows } from './functions/windows.ts';
import { xml } from './functions/xml.ts';
import { KqlError, notSupported } from './kql-error.ts';
import type { Scalar } from './relation.ts';

/** Scalar functions by name. */
export const builtIns: Record<string, BuiltIn> = {
  ...addresses,
  ...conversions,
  ...dates,
  ...dynamics,
  ...logic,
  ...maths,
  ...parsed,
  ...regexes,
  ...series,
  ...texts,
  ...windows,
  ...xml,
};

/** What they make is called after their first argument where nobody names it. */
const keepsName = new Set(
  `split tostring tohex todynamic toobject tolong toint toreal todouble todatetime totimespan totime tobool
  toboolean todecimal toguid parse_csv parsejson parse_json parse_xml format_datetime format_timespan startofday
  bin floor bin_at binary_and binary_or binary_xor binary_not binary_shift_right binary_shift_left series_outliers
  series_fill_backward series_fill_forward series_fill_const series_fill_linear round ceiling pow sqrt log log2
  log10 exp exp2 exp10 cos sin tan acos asin atan atan2 abs format_bytes columnifexists column_ifexists`.split(
    /\s+/,
  ),
);
const prefixesName: Record<string, string> = {
  strlen: 'strlen',
  string_size: 'string_size',
  gettype: 'type',
  treepath: 'tree',
};

export const isBuiltIn = (name: string) => Object.hasOwn(builtIns, name) || Object.hasOwn(severals, name);

export function callBuiltIn(call: Call): Scalar {
  const { name, node, frame, context } = call;
  const builtIn = Object.hasOwn(builtIns, name) ? builtIns[name] : undefined;
  if (!builtIn) throw unknown(name, node.start);
  const written = node.at('ArgumentList').all('Expressions');
  if (written.length < builtIn.least || written.length > builtIn.most) {
    throw new KqlError(`${name}(): function expects ${expected(builtIn)} argument(s).`, node.start);
  }
  const given = written.map((argument) => context.scalar(argument, frame));
  const made = builtIn.make(given, call);
  const first = given[0]?.name;
  const prefix = prefixesName[name];
  if (first !== undefined && prefix) return named(`${prefix}_${first}`, made);
  if (first !== undefined && keepsName.has(name)) return named(first, made);
  if (made.name === undefined) return made;
  const { name: _, ...unnamed } = made;
  return unnamed;
}

const expected = ({ least, most }: BuiltIn) =>
  least === most ? String(least) : most >= 64 ? `at least ${least}` : `${least} to ${most}`;

/** Kusto has it and we have not, or nobody has. */
function unknown(name: string, start: number): KqlError {
  return /^(series|geo|ipv[46]|array|bag|hll|tdigest|gzip|zlib|convert|parse|base64)_/.test(name)
    ? notSupported(`Function '${name}'`, start)
    : new KqlError(`Unknown function: '${name}'.`, start);
}
