import type { Value } from '../value.ts';

const mean = (values: number[]) =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

/** Smallest and greatest and where they stand, mean, deviation and variance of a sample. */
export function statsOf(values: number[]): Value[] {
  if (values.length === 0) return [null, null, null, null, null, null, null];
  const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const average = mean(values);
  const squares = values.reduce((so, value) => so + (value - average) ** 2, 0);
  const variance = values.length > 1 ? squares / (values.length - 1) : 0;
  return [min, values.indexOf(min), max, values.indexOf(max), average, Math.sqrt(variance), variance];
}

/** Least squares: how well it fits, slope, variances of the data and of what is left, where it starts, the line. */
export function fitLine(values: number[]): Value[] {
  const count = values.length;
  if (count === 0) return [null, null, null, null, null, []];
  const middle = (count - 1) / 2;
  const average = mean(values);
  const spread = values.reduce((so, _, place) => so + (place - middle) ** 2, 0);
  const together = values.reduce((so, value, place) => so + (place - middle) * (value - average), 0);
  const slope = spread === 0 ? 0 : together / spread;
  const start = average - slope * middle;
  const line = values.map((_, place) => start + slope * place);
  const degrees = Math.max(1, count - 1);
  const variance = values.reduce((so, value) => so + (value - average) ** 2, 0) / degrees;
  const rest = values.reduce((so, value, place) => so + (value - (line[place] ?? 0)) ** 2, 0) / degrees;
  const fit = variance === 0 ? 1 : 1 - rest / variance;
  // The first value stands at 1.
  return [fit, slope, variance, rest, start - slope, line];
}

/** Between two neighbours in order, as far as the rank says. */
function quantile(sorted: number[], percent: number): number {
  const place = ((sorted.length - 1) * percent) / 100;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}

/**
 * Tukey's test: how many ranges beyond the range of the middle a value lies; 0 within it, below 0 beneath.
 * The range is from the 10th to the 90th hundredth, or between the quartiles.
 */
export function outlierScores(values: number[], percent: number): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [quantile(sorted, percent), quantile(sorted, 100 - percent)];
  const deviation = statsOf(values)[5];
  // Where all but a few are the same the range is nothing: then the deviation measures.
  const range = high - low || (typeof deviation === 'number' ? deviation : 0) || 1;
  return values.map((value) =>
    value > high ? (value - high) / range : value < low ? (value - low) / range : 0,
  );
}

/** So alike must a series be to itself, shifted by a season. Kusto's own default. */
const leastLikeness = 0.6;

/** The shift from 2 to half the length at which it is most like itself; 0 where none is alike enough. */
function seasonOf(values: number[]): number {
  const average = mean(values);
  const rest = values.map((value) => value - average);
  const power = rest.reduce((so, value) => so + value * value, 0);
  let [best, season] = [leastLikeness, 0];
  for (let shift = 2; power > 0 && shift <= values.length / 2; shift += 1) {
    let product = 0;
    for (let place = shift; place < rest.length; place += 1)
      product += (rest[place] ?? 0) * (rest[place - shift] ?? 0);
    const likeness = ((product / power) * rest.length) / (rest.length - shift);
    if (likeness > best + 1e-9) [best, season] = [likeness, shift];
  }
  return season;
}

/**
 * Flags, scores, baseline, season, trend and rest of a series.
 * The trend is the mean or the fitted line, the season the mean of every place in it, the rest is tested by Tukey.
 * Kusto's own way differs in detail: figures near a threshold may fall on its other side.
 */
export function anomalies(
  values: number[],
  threshold: number,
  asked: number,
  trendKind: string,
  percent: number,
): Value[] {
  const line = fitLine(values)[5] as number[];
  const average = mean(values);
  const trend = values.map((_, place) =>
    trendKind === 'linefit' ? (line[place] ?? 0) : trendKind === 'none' ? 0 : average,
  );
  const flat = values.map((value, place) => value - (trend[place] ?? 0));
  const length = asked === -1 ? seasonOf(flat) : Math.max(0, Math.trunc(asked));
  const means = Array.from({ length }, (_, phase) =>
    mean(flat.filter((_value, place) => place % length === phase)),
  );
  const season = values.map((_, place) => (length > 0 ? (means[place % length] ?? 0) : 0));
  const baseline = values.map((_, place) => (trend[place] ?? 0) + (season[place] ?? 0));
  const rest = values.map((value, place) => value - (baseline[place] ?? 0));
  const scores = outlierScores(rest, percent);
  const flags = scores.map((score) => (score > threshold ? 1 : score < -threshold ? -1 : 0));
  return [flags, scores, baseline, season, trend, rest];
}
