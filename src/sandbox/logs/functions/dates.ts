import { lift } from '../expressions/lift.ts';
import { KqlError } from '../kql-error.ts';
import { constant } from '../relation.ts';
import { isNumeric, type Type } from '../value.ts';
import { formatDate, formatSpan } from './date-format.ts';
import { type BuiltIn, of, special } from './define.ts';

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;
// Kusto's times count from the first of January of the year 1; weeks and other lengths are laid from there.
const yearOne = -62_135_596_800_000;

/** The start of the piece of so great a length in which a value lies. */
export function binOf(value: number, size: number, from = 0): number {
  return Math.floor((value - from) / size) * size + from;
}

/** Lengths of time are laid from the year 1, numbers from 0. */
export const bin = special(2, 2, ([value, size]) => {
  if (!value || !size) throw new KqlError('bin() expects two arguments');
  const isDate = value.type === 'datetime';
  const type: Type =
    isDate || value.type === 'timespan'
      ? value.type
      : isNumeric(value.type) && isNumeric(size.type) && (value.type === 'real' || size.type === 'real')
        ? 'real'
        : value.type === 'dynamic'
          ? 'real'
          : value.type;
  const step = isDate && isNumeric(size.type) ? day : 1;
  return lift(type, [value, size], (at, length) => {
    if (typeof at !== 'number' || typeof length !== 'number' || length <= 0) return null;
    return binOf(at, length * step, isDate ? yearOne : 0);
  });
});

const binAt = special(3, 3, ([value, size, from]) => {
  if (!value || !size || !from) throw new KqlError('bin_at() expects three arguments');
  return lift(value.type, [value, size, from], (at, length, start) => {
    if (typeof at !== 'number' || typeof length !== 'number' || typeof start !== 'number' || length <= 0)
      return null;
    return binOf(at, length, start);
  });
});

type Unit = 'day' | 'week' | 'month' | 'year';
function startOf(unit: Unit, at: number, by: number): number {
  const date = new Date(at);
  const [year, month, date0] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (unit) {
    case 'day':
      return utc(year, month, date0 + by);
    case 'week':
      return utc(year, month, date0 - date.getUTCDay() + 7 * by);
    case 'month':
      return utc(year, month + by);
    case 'year':
      return utc(year + by);
  }
}

/** Like `Date.UTC`, which takes years below 100 for the last century's. */
function utc(year: number, month = 0, date = 1, ...clock: number[]): number {
  const [h = 0, m = 0, s = 0] = clock;
  const made = new Date(Date.UTC(2000, 0, 1, h, m, 0));
  made.setUTCFullYear(year, month, date);
  made.setUTCHours(h, m, 0, 0);
  return made.getTime() + s * second;
}

const starting = (unit: Unit) =>
  of(['datetime', 'number?'], 'datetime', (at, by = 0) => startOf(unit, at, Math.trunc(by)));
/** The last moment before the next one starts: a double tells 0.00025 ms apart in our times, Kusto 0.0001. */
const ending = (unit: Unit) =>
  of(['datetime', 'number?'], 'datetime', (at, by = 0) => startOf(unit, at, Math.trunc(by) + 1) - 0.00025);

const lengths: Record<string, number> = {
  week: 7 * day,
  day,
  hour,
  minute: 60 * second,
  second,
  millisecond: 1,
  microsecond: 0.001,
  nanosecond: 0.000001,
};

const plain = (unit: string) => unit.toLowerCase().replace(/s$/, '');

function add(unit: string, by: number, at: number): number | null {
  const name = plain(unit);
  const date = new Date(at);
  const months = name === 'year' ? 12 : name === 'quarter' ? 3 : name === 'month' ? 1 : 0;
  if (months === 0) return name in lengths ? at + by * (lengths[name] ?? 0) : null;
  const month = date.getUTCMonth() + months * by;
  const last = new Date(utc(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const start = utc(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), last));
  return start + (at - startOf('day', at, 0));
}

/** How many borders of the unit lie between the two. */
function difference(unit: string, a: number, b: number): number | null {
  const name = plain(unit);
  const [x, y] = [new Date(a), new Date(b)];
  const years = x.getUTCFullYear() - y.getUTCFullYear();
  const months = years * 12 + x.getUTCMonth() - y.getUTCMonth();
  if (name === 'year') return years;
  if (name === 'quarter')
    return years * 4 + Math.floor(x.getUTCMonth() / 3) - Math.floor(y.getUTCMonth() / 3);
  if (name === 'month') return months;
  if (name === 'week') return (startOf('week', a, 0) - startOf('week', b, 0)) / (7 * day);
  const length = lengths[name];
  return length ? Math.floor(a / length + 1e-9) - Math.floor(b / length + 1e-9) : null;
}

function part(unit: string, at: number): number | null {
  const date = new Date(at);
  switch (unit.toLowerCase()) {
    case 'year':
      return date.getUTCFullYear();
    case 'quarter':
      return Math.floor(date.getUTCMonth() / 3) + 1;
    case 'month':
      return date.getUTCMonth() + 1;
    case 'week_of_year':
    case 'weekofyear':
      return weekOf(at);
    case 'day':
      return date.getUTCDate();
    case 'dayofyear':
      return dayOfYear(at);
    case 'hour':
      return date.getUTCHours();
    case 'minute':
      return date.getUTCMinutes();
    case 'second':
      return date.getUTCSeconds();
    case 'millisecond':
      return date.getUTCMilliseconds();
    case 'microsecond':
      return Math.floor((at - Math.floor(at / second) * second) * 1000);
    case 'nanosecond':
      return Math.round((at - Math.floor(at / second) * second) * 10_000) * 100;
    default:
      return null;
  }
}

const dayOfYear = (at: number) => Math.floor((startOf('day', at, 0) - startOf('year', at, 0)) / day) + 1;

/** ISO 8601: the week with the year's first Thursday is the first. */
function weekOf(at: number): number {
  const date = new Date(startOf('day', at, 0));
  const thursday = date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * day;
  return Math.floor((thursday - startOf('year', thursday, 0)) / (7 * day)) + 1;
}

const since1970 = (length: number) => of(['number'], 'datetime', (count) => count * length);

const makeDate = of(
  ['number', 'number?', 'number?', 'number?', 'number?', 'number?'],
  'datetime',
  (year, month = 1, date = 1, h = 0, m = 0, s = 0) => utc(year, month - 1, date, h, m, s),
);
/** Also takes a text, as `todatetime` does. */
const makeDatetime = special(1, 6, (given, call) => {
  const [only] = given;
  const way =
    only?.type === 'string' && given.length === 1 ? of(['datetime'], 'datetime', (at) => at) : makeDate;
  return way.make(given, call);
});

const makeTimespan = of(['number', 'number', 'number?', 'number?'], 'timespan', (a, b, c, d) =>
  d === undefined
    ? a * hour + b * 60 * second + (c ?? 0) * second
    : a * day + b * hour + (c ?? 0) * 60 * second + d * second,
);

const now = special(0, 1, ([by], { context }) =>
  by ? lift('datetime', [by], (span) => context.now + Number(span)) : constant('datetime', context.now),
);
const ago = special(1, 1, ([by], { context }) =>
  lift('datetime', by ? [by] : [], (span) => (typeof span === 'number' ? context.now - span : null)),
);

const ingested = special(0, 0, (_, { frame }) => {
  const place = frame.place('TimeGenerated');
  if (place < 0) return constant('datetime', null);
  return { type: 'datetime', isConstant: false, get: (row) => row[place] ?? null, name: '$IngestionTime' };
});

const datePart = of(['string', 'datetime'], 'long', part);

/** Time. */
export const dates: Record<string, BuiltIn> = {
  now,
  ago,
  bin,
  bin_at: binAt,
  startofday: starting('day'),
  startofweek: starting('week'),
  startofmonth: starting('month'),
  startofyear: starting('year'),
  endofday: ending('day'),
  endofweek: ending('week'),
  endofmonth: ending('month'),
  endofyear: ending('year'),
  datetime_add: of(['string', 'number', 'datetime'], 'datetime', add),
  datetime_diff: of(['string', 'datetime', 'datetime'], 'long', difference),
  datetime_part: datePart,
  datepart: datePart,
  dayofweek: of(['datetime'], 'timespan', (at) => new Date(at).getUTCDay() * day),
  dayofmonth: of(['datetime'], 'int', (at) => new Date(at).getUTCDate()),
  dayofyear: of(['datetime'], 'int', dayOfYear),
  hourofday: of(['datetime'], 'int', (at) => new Date(at).getUTCHours()),
  weekofyear: of(['datetime'], 'int', weekOf),
  week_of_year: of(['datetime'], 'int', weekOf),
  monthofyear: of(['datetime'], 'int', (at) => new Date(at).getUTCMonth() + 1),
  getmonth: of(['datetime'], 'int', (at) => new Date(at).getUTCMonth() + 1),
  getyear: of(['datetime'], 'int', (at) => new Date(at).getUTCFullYear()),
  make_datetime: makeDatetime,
  make_timespan: makeTimespan,
  unixtime_seconds_todatetime: since1970(1000),
  unixtime_milliseconds_todatetime: since1970(1),
  unixtime_microseconds_todatetime: since1970(0.001),
  unixtime_nanoseconds_todatetime: since1970(0.000001),
  format_datetime: of(['datetime', 'string'], 'string', formatDate),
  format_timespan: of(['timespan', 'string'], 'string', formatSpan),
  ingestion_time: ingested,
  datetime_utc_to_local: of(['datetime', 'string'], 'datetime', (at, zone) => shifted(at, zone)),
};

function shifted(at: number, zone: string): number | null {
  try {
    const said = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
    }).format(at);
    return Date.parse(`${said.replace(' ', 'T')}Z`) + (at - Math.floor(at / second) * second);
  } catch {
    return null;
  }
}
