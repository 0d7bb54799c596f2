import type { Cell, LogColumn, LogTable } from '../kql/logs.ts';
import { isNumeric, timesLike } from './result-cells.ts';

/** What goes along the bottom of a chart, and what goes up. */
export interface Axis {
  kind: 'time' | 'name' | 'number';
  /** Of the column along the bottom. */
  name: string;
  x: number;
  values: (LogColumn & { at: number })[];
  /** The column whose values part the rows into series. */
  split: number | undefined;
  /** Columns that are none of these. */
  others: number;
  /** Milliseconds between neighbours, where all are equally far or multiples of that; only of time. */
  step: number | undefined;
  rows: Cell[][];
}

/** Few enough to be drawn. */
export interface Joined {
  labels: string[];
  series: { name: string; values: number[] }[];
  /** `(3 steps a point, summed)`: what was done to make them fit; empty where nothing was. */
  how: string;
}

const mostSeries = 12;

/** `undefined` where there is nothing to count up or along. */
export function readSeries(result: LogTable): Axis | undefined {
  const { columns, rows } = unrolled(result);
  const placed = columns.map((column, at) => ({ ...column, at }));
  const values = placed.filter(isNumeric);
  const time = placed.find(({ type }) => type === 'datetime');
  const texts = placed.filter(({ type }) => type === 'string' || type === 'guid' || type === 'bool');
  const x = time ?? texts[0] ?? values[0];
  const up = values.filter(({ at }) => at !== x?.at);
  if (!x || up.length === 0 || rows.length === 0) return undefined;
  const splits = texts.filter(({ at }) => at !== x.at);
  const split = splits.length === 1 ? splits[0]?.at : undefined;
  const used = 1 + up.length + (split === undefined ? 0 : 1);
  const kind = time ? 'time' : x.type === 'string' || texts.includes(x) ? 'name' : 'number';
  const step = time ? stepOf(rows.map((row) => timeOf(row[time.at]))) : undefined;
  return { kind, name: x.name, x: x.at, values: up, split, others: placed.length - used, step, rows };
}

/** Along equal steps of time, from the first to the last; what would be too many are joined, neighbours with neighbours. */
export function byTime(axis: Axis, most: number): Joined | undefined {
  const times = axis.rows.map((row) => timeOf(row[axis.x]));
  const from = Math.min(...finite(times));
  const to = Math.max(...finite(times));
  if (!Number.isFinite(from)) return undefined;
  const steps = axis.step ? Math.round((to - from) / axis.step) + 1 : most;
  const each = axis.step ? Math.ceil(steps / most) : 1;
  // Points that keep no step are gathered in as many ranges as can be drawn.
  const width = axis.step ? axis.step * each : Math.max(1_000, Math.ceil((to - from + 1) / most));
  const count = Math.floor((to - from) / width) + 1;
  const starts = Array.from({ length: count }, (_, n) => new Date(from + n * width).toISOString());
  const points = axis.rows.map((_, row) => Math.floor(((times[row] ?? Number.NaN) - from) / width));
  const series = seriesOf(axis, points, count);
  return {
    labels: starts.map(timesLike(starts)),
    series: series.all,
    how: each > 1 ? `(${each} steps a point, ${series.how})` : '',
  };
}

/** By name, in the order of the result; where there are too many the largest, and the rest as one. */
export function bySize(axis: Axis, most: number): Joined {
  const names = [...new Set(axis.rows.map((row) => textOf(row[axis.x])))];
  const [first] = axis.values;
  const size = new Map<string, number>();
  for (const row of axis.rows) {
    const name = textOf(row[axis.x]);
    size.set(name, (size.get(name) ?? 0) + Math.abs(numberOf(row[first?.at ?? 0])));
  }
  const isTooMany = names.length > most;
  const largest = new Set(
    names.toSorted((a, b) => (size.get(b) ?? 0) - (size.get(a) ?? 0)).slice(0, most - 1),
  );
  const kept = isTooMany ? names.filter((name) => largest.has(name)) : names;
  const place = new Map(kept.map((name, at) => [name, at]));
  const points = axis.rows.map((row) => place.get(textOf(row[axis.x])) ?? kept.length);
  const labels = isTooMany ? [...kept, `other (${names.length - kept.length})`] : kept;
  return { labels, series: seriesOf(axis, points, labels.length).all, how: '' };
}

type Way = 'summed' | 'largest' | 'averaged';

/** Counts and sums may be added up; of a largest the larger is right; what else there is only its mean says something of. */
function wayOf({ name, type }: LogColumn): Way {
  if (/^max/i.test(name)) return 'largest';
  if (/^(d_?count|dcount|avg|min|percentile|stdev|variance)/i.test(name)) return 'averaged';
  return type === 'real' || type === 'decimal' ? (/^sum/i.test(name) ? 'summed' : 'averaged') : 'summed';
}

/** `points[row]` is where in a series its numbers go. */
function seriesOf(axis: Axis, points: number[], length: number) {
  const gathered = new Map<string, { way: Way; values: number[][] }>();
  for (const [n, row] of axis.rows.entries()) {
    const point = points[n] ?? Number.NaN;
    if (!(point >= 0 && point < length)) continue;
    const part = axis.split === undefined ? undefined : textOf(row[axis.split]);
    for (const column of axis.values) {
      const name =
        part === undefined ? column.name : axis.values.length === 1 ? part : `${part}: ${column.name}`;
      let series = gathered.get(name);
      if (!series) {
        series = { way: wayOf(column), values: Array.from({ length }, () => []) };
        gathered.set(name, series);
      }
      series.values[point]?.push(numberOf(row[column.at]));
    }
  }
  const all = [...gathered].map(([name, { way, values }]) => ({
    name,
    way,
    values: values.map((numbers) => join(numbers, way)),
  }));
  const ways = new Set(all.map(({ way }) => way));
  const [only] = ways;
  return { all: fewer(all), how: ways.size === 1 ? (only ?? '') : 'joined' };
}

function join(numbers: number[], way: Way): number {
  if (numbers.length === 0) return 0;
  if (way === 'largest') return numbers.reduce((a, b) => Math.max(a, b));
  const sum = numbers.reduce((a, b) => a + b, 0);
  const joined = way === 'summed' ? sum : sum / numbers.length;
  // 0.1 + 0.2 is 0.30000000000000004.
  return Number.isInteger(joined) ? joined : Number(joined.toPrecision(12));
}

/** The eleven largest; the rest added up as one where that says something. */
function fewer(all: { name: string; way: Way; values: number[] }[]): Joined['series'] {
  const bare = ({ name, values }: { name: string; values: number[] }) => ({ name, values });
  if (all.length <= mostSeries) return all.map(bare);
  const total = ({ values }: { values: number[] }) => values.reduce((a, b) => a + Math.abs(b), 0);
  const largest = all.toSorted((a, b) => total(b) - total(a));
  const rest = largest.slice(mostSeries - 1);
  const shown = largest.slice(0, mostSeries - 1).map(bare);
  if (!rest.every(({ way }) => way === 'summed')) return [...shown, ...rest.slice(0, 1).map(bare)];
  const length = shown[0]?.values.length ?? 0;
  const sums = Array.from({ length }, (_, at) =>
    rest.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  );
  return [...shown, { name: `other (${rest.length})`, values: sums }];
}

/** `make-series` gives a row for each series, with a list of times and lists of numbers: each place becomes a row. */
function unrolled({ columns, rows }: LogTable): LogTable {
  const [first] = rows;
  if (!first || columns.some(({ type }) => type === 'datetime')) return { columns, rows };
  const time = columns.findIndex(({ type }, at) => type === 'dynamic' && isTimes(first[at]));
  if (time < 0) return { columns, rows };
  const isList = columns.map(({ type }, at) => type === 'dynamic' && Array.isArray(first[at]));
  const typed = columns.map((column, at) => {
    if (!isList[at]) return column;
    return { name: column.name, type: at === time ? 'datetime' : 'real' };
  });
  // Counts are whole numbers in a list of no type.
  const named = typed.map((column) =>
    /^(count|sum)/i.test(column.name) ? { ...column, type: 'long' } : column,
  );
  const unrolledRows = rows.flatMap((row) => {
    const times = row[time];
    if (!Array.isArray(times)) return [];
    return times.map((_, n) =>
      row.map((cell, at) => (isList[at] && Array.isArray(cell) ? (cell[n] ?? null) : cell)),
    );
  });
  return { columns: named, rows: unrolledRows };
}

function isTimes(cell: Cell | undefined): boolean {
  return Array.isArray(cell) && cell.length > 1 && cell.every((one) => /^\d{4}-\d\d-\d\dT/.test(String(one)));
}

const second = 1_000;

/** Three different times at least, all of them whole steps from the first. */
function stepOf(times: number[]): number | undefined {
  const distinct = [...new Set(finite(times))].sort((a, b) => a - b);
  const gaps = distinct.slice(1).map((at, n) => at - (distinct[n] ?? at));
  const step = gaps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const isStep = gaps.length >= 2 && step >= second && gaps.every((gap) => gap % step === 0);
  return isStep ? step : undefined;
}

const finite = (numbers: number[]): number[] => numbers.filter((one) => Number.isFinite(one));
const timeOf = (cell: Cell | undefined): number => (typeof cell === 'string' ? Date.parse(cell) : Number.NaN);
const textOf = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);

function numberOf(cell: Cell | undefined): number {
  const number = typeof cell === 'number' ? cell : typeof cell === 'string' ? Number(cell) : 0;
  return Number.isFinite(number) ? number : 0;
}
