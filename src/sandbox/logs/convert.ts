import { isNumeric, type Type, type Value } from './value.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** As `tostring` says it; nothing is the empty text. */
export function textOf(value: Value, type: Type): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value !== 'number') return JSON.stringify(value);
  if (type === 'datetime') return dateText(value);
  if (type === 'timespan') return spanText(value);
  return type === 'real' ? realText(value) : numberText(value);
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** A real that happens to be whole keeps its point. */
function realText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : numberText(value);
}

/** `2026-01-02T03:04:05.6780000Z`: seven digits of a second, as Kusto has them. */
export function dateText(at: number): string {
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) return '';
  const whole = Math.floor(at);
  const ticks = Math.round((at - whole) * 10_000);
  // The nearest double before a full millisecond is two ticks off: it is meant to be the last.
  const below = ticks > 9996 ? 9999 : ticks;
  return `${new Date(whole).toISOString().slice(0, -1)}${String(below).padStart(4, '0')}Z`;
}

/** `[-][d.]hh:mm:ss[.fffffff]` */
export function spanText(span: number): string {
  const whole = Math.abs(span);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(whole / day);
  const ticks = Math.round((whole % second) * 10_000);
  const fraction = ticks > 0 ? `.${String(ticks).padStart(7, '0')}` : '';
  const clock = `${two((whole % day) / hour)}:${two((whole % hour) / minute)}:${two((whole % minute) / second)}`;
  return `${span < 0 ? '-' : ''}${days > 0 ? `${days}.` : ''}${clock}${fraction}`;
}

const iso =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** Milliseconds since 1970 of a text in one of the ways that people and machines write times; UTC unless it says. */
export function dateOf(text: string): number | null {
  const trimmed = text.trim();
  const found = iso.exec(trimmed);
  if (!found) return otherDate(trimmed);
  const [, y, mo, d = '1', h = '0', mi = '0', s = '0', fraction = '', zone = 'Z'] = found;
  const at = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
  const isReal = Number(mo) >= 1 && Number(mo) <= 12 && new Date(at).getUTCMonth() === Number(mo) - 1;
  if (!isReal) return null;
  return at + (fraction ? Number(`0.${fraction}`) * 1000 : 0) - offset(zone);
}

function offset(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return (zone.startsWith('-') ? -1 : 1) * (hours * hour + minutes * minute);
}

function otherDate(text: string): number | null {
  // Bare numbers are no dates, though JavaScript would read years into them.
  if (!/\d/.test(text) || /^[\d.]+$/.test(text)) return null;
  const at = /(?:\bZ|GMT|UTC|[+-]\d{4})\s*$/i.test(text) ? Date.parse(text) : Date.parse(`${text} UTC`);
  return Number.isNaN(at) ? null : at;
}

const units: Record<string, number> = {
  d: day,
  day: day,
  days: day,
  h: hour,
  hour: hour,
  hours: hour,
  hr: hour,
  hrs: hour,
  m: minute,
  min: minute,
  minute: minute,
  minutes: minute,
  s: second,
  sec: second,
  second: second,
  seconds: second,
  ms: 1,
  milli: 1,
  millis: 1,
  millisecond: 1,
  milliseconds: 1,
  micro: 0.001,
  micros: 0.001,
  microsecond: 0.001,
  microseconds: 0.001,
  tick: 0.0001,
  ticks: 0.0001,
};

const clock = /^(-)?(?:(\d+)[.:])?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?$/;
const counted = /^(-)?(\d+(?:\.\d+)?)\s*([a-z]+)$/i;

/** Milliseconds of `1.02:03:04`, `00:05:00`, `90m`; a bare number counts days. */
export function spanOf(text: string): number | null {
  const trimmed = text.trim();
  const byClock = clock.exec(trimmed);
  if (byClock) {
    const [, sign, d = '0', h, m, s = '0', fraction = '0'] = byClock;
    const length =
      Number(d) * day + Number(h) * hour + Number(m) * minute + Number(`${s}.${fraction}`) * second;
    return sign ? -length : length;
  }
  const byUnit = counted.exec(trimmed);
  const unit = byUnit ? units[(byUnit[3] ?? '').toLowerCase()] : undefined;
  if (byUnit && unit) return (byUnit[1] ? -1 : 1) * Number(byUnit[2]) * unit;
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) * day : null;
}

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

export function realOf(value: Value, type: Type): number | null {
  if (typeof value === 'number') return type === 'timespan' || type === 'datetime' ? null : value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^[+-]?0x[0-9a-f]+$/i.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^-?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return number.test(text) ? Number(text) : null;
}

/** Cut towards zero; a text must hold a whole number. Times count in units of 100 ns, as in .NET. */
export function longOf(value: Value, type: Type): number | null {
  if (typeof value === 'number' && type === 'timespan') return Math.round(value * 10_000);
  if (typeof value === 'number' && type === 'datetime')
    return Math.round((value + 62_135_596_800_000) * 10_000);
  if (typeof value === 'string' && /[.e]/i.test(value) && !/^0x/i.test(value.trim())) return null;
  const real = realOf(value, type);
  return real === null || !Number.isFinite(real) ? null : Math.trunc(real);
}

export function boolOf(value: Value): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return null;
  const text = value.trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : null;
}

const guid = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

export function guidOf(value: Value): string | null {
  const found = typeof value === 'string' ? guid.exec(value.trim()) : null;
  return found ? found.slice(1).join('-').toLowerCase() : null;
}

/** Into a bag or list: what JSON does not know becomes text. */
export function dynamicOf(value: Value, type: Type): Value {
  if (typeof value !== 'number') return value;
  return type === 'datetime' || type === 'timespan' ? textOf(value, type) : value;
}

/** A value as another type; null where it cannot be one. */
export function convert(value: Value, from: Type, to: Type): Value {
  if (from === to) return value;
  switch (to) {
    case 'string':
      return textOf(value, from);
    case 'dynamic':
      return dynamicOf(value, from);
    case 'bool':
      return boolOf(value);
    case 'int':
    case 'long':
      return longOf(value, from);
    case 'real':
    case 'decimal':
      return realOf(value, from);
    case 'guid':
      return guidOf(value);
    case 'datetime':
      return datetimeOf(value, from);
    case 'timespan':
      return timespanOf(value, from);
  }
}

function datetimeOf(value: Value, from: Type): number | null {
  if (typeof value === 'string') return dateOf(value);
  // A whole number is a count of 100 ns since the year 1, as in .NET.
  if (typeof value === 'number' && from !== 'timespan') return value / 10_000 - 62_135_596_800_000;
  return null;
}

function timespanOf(value: Value, from: Type): number | null {
  if (typeof value === 'string') return spanOf(value);
  if (typeof value === 'number' && (isNumeric(from) || from === 'dynamic')) return value / 10_000;
  return null;
}
