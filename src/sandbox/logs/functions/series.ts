import type { Value } from '../value.ts';
import { type BuiltIn, of } from './define.ts';
import { anomalies, fitLine, outlierScores, statsOf } from './series-maths.ts';

/** Numbers of a list; what is none is a gap. */
export const numbersOf = (list: Value): (number | null)[] =>
  Array.isArray(list) ? list.map((each) => (typeof each === 'number' ? each : null)) : [];
export const solid = (list: Value): number[] => numbersOf(list).map((each) => each ?? 0);

type Each = (a: number, b: number) => Value;
/** Of two lists place by place; a single number stands for as many as the other has. */
const pairwise = (compute: Each) =>
  of(['any', 'any'], 'dynamic', (a, b) => {
    const length = Math.max(Array.isArray(a) ? a.length : 0, Array.isArray(b) ? b.length : 0);
    return Array.from({ length }, (_, place) => {
      const [x, y] = [Array.isArray(a) ? a[place] : a, Array.isArray(b) ? b[place] : b];
      return typeof x === 'number' && typeof y === 'number' ? compute(x, y) : null;
    });
  });
const each = (compute: (value: number) => number) =>
  of(['dynamic'], 'dynamic', (list) =>
    numbersOf(list).map((value) => (value === null ? null : compute(value))),
  );

/** Gaps are `null`, or another value that stands for them. */
const isGap = (value: Value | undefined, gap: Value) =>
  value === null || value === undefined || value === gap;

const fillForward = (isBackward: boolean) =>
  of(['dynamic', 'any?'], 'dynamic', (list, gap = null) => {
    if (!Array.isArray(list)) return null;
    let last: Value = null;
    const filled = (isBackward ? list.toReversed() : list).map((value) => {
      if (!isGap(value, gap)) last = value;
      return isGap(value, gap) && last !== null ? last : value;
    });
    return isBackward ? filled.reverse() : filled;
  });

const fillConst = of(['dynamic', 'any', 'any?'], 'dynamic', (list, by, gap = null) =>
  Array.isArray(list) ? list.map((value) => (isGap(value, gap) ? by : value)) : null,
);

/** Gaps on the straight way between what stands around them; at the ends what is nearest, unless told not to. */
const fillLinear = of(
  ['dynamic', 'any?', 'bool?', 'any?'],
  'dynamic',
  (list, gap = null, fillsEnds = true, otherwise = 0) => {
    const values = Array.isArray(list) ? list.map((value) => (isGap(value, gap) ? null : value)) : [];
    const at = (place: number) => values[place] as number;
    return values.map((value, place) => {
      if (value !== null) return value;
      const before = values.findLastIndex((held, index) => held !== null && index < place);
      const after = values.findIndex((held, index) => held !== null && index > place);
      if (before < 0 && after < 0) return otherwise;
      if (before < 0) return fillsEnds ? at(after) : null;
      if (after < 0) return fillsEnds ? at(before) : null;
      return at(before) + ((at(after) - at(before)) * (place - before)) / (after - before);
    });
  },
);

/** A moving weighted sum; weights are brought to 1 unless they have both signs or it says not to. */
const fir = of(
  ['dynamic', 'dynamic', 'bool?', 'bool?'],
  'dynamic',
  (list, filter, normalises, isCentred = false) => {
    const [values, weights] = [solid(list), solid(filter)];
    const sum = weights.reduce((a, b) => a + b, 0);
    const scale = (normalises ?? weights.every((weight) => weight >= 0)) && sum !== 0 ? sum : 1;
    const shift = isCentred ? Math.floor(weights.length / 2) : 0;
    return values.map((_, place) =>
      weights.reduce((so, weight, back) => so + (weight / scale) * (values[place + shift - back] ?? 0), 0),
    );
  },
);

const statsBag = of(['dynamic', 'bool?'], 'dynamic', (list) => {
  const [min, minAt, max, maxAt, avg, stdev, variance] = statsOf(solid(list));
  return { min, min_idx: minAt, max, max_idx: maxAt, avg, stdev, variance } as Value;
});
const lineBag = of(['dynamic'], 'dynamic', (list) => {
  const [rsquare, slope, variance, rvariance, interception, line] = fitLine(solid(list));
  return { rsquare, slope, variance, rvariance, interception, line_fit: line } as Value;
});

/** Lists of numbers in time. */
export const series: Record<string, BuiltIn> = {
  series_add: pairwise((a, b) => a + b),
  series_subtract: pairwise((a, b) => a - b),
  series_multiply: pairwise((a, b) => a * b),
  series_divide: pairwise((a, b) => a / b),
  series_pow: pairwise((a, b) => a ** b),
  series_greater: pairwise((a, b) => a > b),
  series_greater_equals: pairwise((a, b) => a >= b),
  series_less: pairwise((a, b) => a < b),
  series_less_equals: pairwise((a, b) => a <= b),
  series_equals: pairwise((a, b) => a === b),
  series_not_equals: pairwise((a, b) => a !== b),
  series_abs: each(Math.abs),
  series_exp: each(Math.exp),
  series_log: each(Math.log),
  series_sign: each(Math.sign),
  series_floor: each(Math.floor),
  series_ceiling: each(Math.ceil),
  series_sum: of(['dynamic'], 'real', (list) => solid(list).reduce((a, b) => a + b, 0)),
  series_product: of(['dynamic'], 'real', (list) => solid(list).reduce((a, b) => a * b, 1)),
  series_dot_product: of(['dynamic', 'dynamic'], 'real', (a, b) => {
    const other = solid(b);
    return solid(a).reduce((so, value, place) => so + value * (other[place] ?? 0), 0);
  }),
  series_fill_forward: fillForward(false),
  series_fill_backward: fillForward(true),
  series_fill_const: fillConst,
  series_fill_linear: fillLinear,
  series_fir: fir,
  series_stats_dynamic: statsBag,
  series_fit_line_dynamic: lineBag,
  series_outliers: of(['dynamic', 'string?'], 'dynamic', (list, kind = 'ctukey') =>
    outlierScores(solid(list), kind === 'tukey' ? 25 : 10),
  ),
};

/** Functions that make several columns at once. */
export const severals: Record<
  string,
  { columns: [string, 'real' | 'long' | 'dynamic'][]; compute(...given: Value[]): Value[] }
> = {
  series_stats: {
    columns: [
      ['min', 'real'],
      ['min_idx', 'long'],
      ['max', 'real'],
      ['max_idx', 'long'],
      ['avg', 'real'],
      ['stdev', 'real'],
      ['variance', 'real'],
    ],
    compute: (list = null) => statsOf(solid(list)),
  },
  series_fit_line: {
    columns: [
      ['rsquare', 'real'],
      ['slope', 'real'],
      ['variance', 'real'],
      ['rvariance', 'real'],
      ['interception', 'real'],
      ['line_fit', 'dynamic'],
    ],
    compute: (list = null) => fitLine(solid(list)),
  },
  series_decompose_anomalies: {
    columns: [
      ['ad_flag', 'dynamic'],
      ['ad_score', 'dynamic'],
      ['baseline', 'dynamic'],
    ],
    compute: (list = null, threshold = 1.5, season = -1, trend = 'avg', _tested = 0, method = 'ctukey') =>
      anomalies(
        solid(list),
        Number(threshold),
        Number(season),
        String(trend),
        method === 'tukey' ? 25 : 10,
      ).slice(0, 3),
  },
  series_decompose: {
    columns: [
      ['baseline', 'dynamic'],
      ['seasonal', 'dynamic'],
      ['trend', 'dynamic'],
      ['residual', 'dynamic'],
    ],
    compute: (list = null, season = -1, trend = 'avg') =>
      anomalies(solid(list), 1.5, Number(season), String(trend), 10).slice(2),
  },
};
