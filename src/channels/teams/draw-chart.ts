import type { TableView } from '../body-view.ts';
import type { ChartView } from '../chart-view.ts';
import { bound } from '../clean.ts';
import { drawTable, noteOf } from './draw-table.ts';
import type { Fit } from './fit.ts';
import { inertSentence } from './inert.ts';

/** A phone has room for so much beside an axis. */
const longestName = 40;
/** Where only so many rows have room, so many points have not. */
const fewestRows = 8;
/** A client that draws no charts shows the same figures, as many series as can be read. */
const fallbackSeries = 4;

/**
 * One of Teams' own charts, with a table for clients that have none. Values that are missing are left out; where there is
 * nothing to draw at all, only the table is.
 */
export function drawChart(chart: ChartView, fit: Fit): object {
  const drawn = fit.rows < fewestRows ? undefined : toElement(chart, fit);
  const table = drawTable(asTable(chart), { ...fit, columns: Math.min(fit.columns, fallbackSeries + 1) });
  if (!drawn) return table;
  const { title, xTitle, yTitle, shape } = chart;
  const name = (text: string) => inertSentence(bound(text, Math.min(fit.text, 100)));
  return {
    ...drawn,
    ...(title !== '' && { title: name(title) }),
    ...(shape !== 'pie' && xTitle !== '' && { xAxisTitle: name(xTitle) }),
    ...(shape !== 'pie' && yTitle !== '' && { yAxisTitle: name(yTitle) }),
    fallback: table,
  };
}

/** What is left out; empty where all is shown. */
export function noteOfChart(chart: ChartView, fit: Fit): string {
  if (fit.rows < fewestRows) return noteOf(asTable(chart), fit);
  const { series } = chart;
  return series.length > fit.columns ? `${fit.columns} of ${series.length} series fit here` : '';
}

interface Point {
  x: string;
  y: number;
}

function toElement(chart: ChartView, fit: Fit): object | undefined {
  const name = (text: string) => inertSentence(bound(text, Math.min(fit.cell, longestName)));
  const series = chart.series.slice(0, fit.columns).map(({ name: legend, values }) => ({
    legend: name(legend),
    values: values
      .map((y, n): Point => ({ x: name(chart.labels[n] ?? ''), y }))
      .filter(({ y }) => Number.isFinite(y)),
  }));
  const [first, ...others] = series;
  const points = chart.shape === 'pie' ? (first?.values ?? []) : series.flatMap(({ values }) => values);
  if (first === undefined || points.length === 0) return undefined;
  const isOne = others.length === 0;
  switch (chart.shape) {
    case 'line':
      return { type: 'Chart.Line', data: series };
    case 'pie':
      return {
        type: 'Chart.Pie',
        data: first.values.map(({ x, y }) => ({ legend: x, value: Math.max(y, 0) })),
      };
    case 'bar':
      // Bars that lie grow to the right only.
      if (isOne && points.every(({ y }) => y >= 0))
        return { type: 'Chart.HorizontalBar', displayMode: 'AbsoluteWithAxis', data: first.values };
      return drawUpright(series, first.values, { isOne, stacked: chart.stacked });
    case 'column':
      return drawUpright(series, first.values, { isOne, stacked: chart.stacked });
  }
}

function drawUpright(
  series: { legend: string; values: Point[] }[],
  only: Point[],
  { isOne, stacked }: { isOne: boolean; stacked?: true | undefined },
): object {
  return isOne
    ? { type: 'Chart.VerticalBar', data: only }
    : { type: 'Chart.VerticalBar.Grouped', ...(stacked && { stacked }), data: series };
}

function asTable({ labels, series, xTitle }: ChartView): TableView {
  return {
    columns: [{ name: xTitle, isNumber: false }, ...series.map(({ name }) => ({ name, isNumber: true }))],
    rows: labels.map((label, n) => [label, ...series.map(({ values }) => amount(values[n]))]),
    from: 1,
    total: labels.length,
  };
}

function amount(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '' : value.toLocaleString('en-GB');
}
