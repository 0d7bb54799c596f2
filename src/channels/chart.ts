import type { LogAnswer, LogTable } from '../kql/logs.ts';
import { type Axis, bySize, byTime, type Joined, readSeries } from './chart-series.ts';
import type { ChartView } from './chart-view.ts';
import { head, type Show } from './result-cells.ts';

/** The native charts of both platforms by Kusto's names; of what is not here a table is drawn. */
const shapes: Record<string, ChartView['shape']> = {
  timechart: 'line',
  linechart: 'line',
  areachart: 'line',
  stackedareachart: 'line',
  anomalychart: 'line',
  barchart: 'bar',
  columnchart: 'column',
  piechart: 'pie',
};

/** Slack takes no longer title. */
const longestTitle = 50;

/**
 * A result as a chart: what `render` asks for, a series over equal steps of time (`bin()`, `make-series`), or a few
 * numbers by name. `undefined` where it is none of these.
 */
export function chartOf(
  result: LogTable & Partial<Pick<LogAnswer, 'render'>>,
  show: Show,
): ChartView | undefined {
  const { render } = result;
  const asked = render && shapes[render.shape];
  if (render && !asked) return undefined;
  const axis = readSeries(result);
  if (!axis || (!asked && !isPlain(axis))) return undefined;
  const shape = asked ?? (axis.kind === 'time' ? 'line' : 'bar');
  const joined = joinedFor(axis, shape);
  if (!joined || joined.labels.length < (asked ? 1 : 2)) return undefined;

  const names = distinct(joined.series.map(({ name }) => show(head(name), 40) || '(empty)'));
  const yTitle = show(head(axis.values.map(({ name }) => name).join(', ')), 40);
  const xTitle = show(head(axis.name), 40);
  const title = show(head(render?.title || `${yTitle} by ${xTitle}`), longestTitle - joined.how.length - 1);
  return {
    shape: shape === 'pie' && !canBePie(joined) ? 'bar' : shape,
    title: joined.how ? `${title} ${joined.how}` : title,
    xTitle: axis.kind === 'time' ? `${xTitle} (UTC)` : xTitle,
    yTitle,
    labels: distinct(joined.labels.map((label) => show(head(label), 20) || '(empty)')),
    series: joined.series.map(({ values }, at) => ({ name: names[at] ?? '', values })),
  };
}

/** Slack draws no more slices, and nobody compares more. */
const mostSlices = 12;
const mostPoints = 20;

function joinedFor(axis: Axis, shape: ChartView['shape']): Joined | undefined {
  if (shape !== 'pie') return axis.kind === 'time' ? byTime(axis, mostPoints) : bySize(axis, mostPoints);
  // A slice for each name; of several numbers the first.
  return bySize({ ...axis, values: axis.values.slice(0, 1), split: undefined }, mostSlices);
}

/** Equal steps of time, or names and one number: whoever has not asked for a chart is offered nothing else. */
function isPlain(axis: Axis): boolean {
  if (axis.others > 0) return false;
  if (axis.kind === 'time') return axis.step !== undefined;
  return (
    axis.values.length === 1 && axis.split === undefined && axis.kind === 'name' && axis.rows.length <= 50
  );
}

function canBePie({ series }: Joined): boolean {
  const values = series[0]?.values ?? [];
  return series.length === 1 && values.every((value) => value >= 0) && values.some((value) => value > 0);
}

/** What is cut or hidden may look alike; both platforms tell series and points apart by their names. */
function distinct(names: string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${Array.from(name).slice(0, 15).join('')} (${count})`;
  });
}
