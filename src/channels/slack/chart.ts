import type { Block } from '@slack/types';
import type { ChartView } from '../chart-view.ts';
import { tidy } from './text.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block, which @slack/types does not know yet. */
export interface ChartBlock extends Block {
  type: 'data_visualization';
  title: string;
  chart:
    | { type: 'pie'; segments: Point[] }
    | { type: 'bar' | 'line'; series: { name: string; data: Point[] }[]; axis_config: Axis };
}

interface Point {
  label: string;
  value: number;
}

/** Every series has one point for each category, in their order. */
interface Axis {
  categories: string[];
  x_label?: string;
  y_label?: string;
}

const longestTitle = 50;
const longestLabel = 20;
const mostSegments = 12;
const mostPoints = 20;

/** A chart with at most so many series, and a sentence about what was left out. `undefined` where nothing can be drawn. */
export function drawChart(
  view: ChartView,
  blockId: string,
  { series: most, isAll }: { series: number; isAll?: true },
): { block: ChartBlock; left: string } | undefined {
  const title = tidy(view.title, longestTitle) || 'Chart';
  const chart = view.shape === 'pie' ? drawPie(view) : drawSeries(view, most);
  if (!chart) return undefined;
  const hidden = chart.type === 'pie' ? 0 : view.series.length - chart.series.length;
  return {
    block: { type: 'data_visualization', block_id: blockId, title, chart },
    left:
      hidden > 0
        ? `${hidden} more series are not drawn${isAll ? '' : '; the table and the CSV have them'}.`
        : '',
  };
}

function drawSeries(
  { shape, labels, series, xTitle, yTitle }: ChartView,
  most: number,
): ChartBlock['chart'] | undefined {
  const categories = distinct(labels.slice(0, mostPoints));
  const names = distinct(series.slice(0, most).map(({ name }) => name || yTitle || 'Value'));
  if (categories.length === 0 || names.length === 0) return undefined;
  const x = tidy(xTitle, longestTitle);
  const y = tidy(yTitle, longestTitle);
  return {
    type: shape === 'line' ? 'line' : 'bar',
    series: names.map((name, n) => ({
      name,
      data: categories.map((label, m) => ({ label, value: rounded(series[n]?.values[m]) })),
    })),
    axis_config: { categories, ...(x && { x_label: x }), ...(y && { y_label: y }) },
  };
}

/** Only what is above nought has a slice. Slack takes twelve; the smallest of more go together. */
function drawPie({ labels, series }: ChartView): ChartBlock['chart'] | undefined {
  const values = series[0]?.values ?? [];
  const slices = labels
    .map((label, n) => ({ label, value: rounded(values[n]) }))
    .filter(({ value }) => value > 0);
  if (slices.length === 0) return undefined;
  const kept = new Set(slices.toSorted((a, b) => b.value - a.value).slice(0, mostSegments - 1));
  const isMany = slices.length > mostSegments;
  const shown = isMany ? slices.filter((slice) => kept.has(slice)) : slices;
  if (isMany) {
    const rest = slices.filter((slice) => !kept.has(slice));
    const value = rounded(rest.reduce((sum, slice) => sum + slice.value, 0));
    shown.push({ label: `${rest.length} others`, value });
  }
  const names = distinct(shown.map(({ label }) => label));
  return { type: 'pie', segments: shown.map(({ value }, n) => ({ label: names[n] ?? '-', value })) };
}

/** As long as Slack takes them, and no two alike: it tells them apart by their text. */
function distinct(labels: string[]): string[] {
  const seen = new Set<string>();
  return labels.map((label) => {
    let name = tidy(label, longestLabel) || '-';
    for (let n = 2; seen.has(name); n += 1) {
      const suffix = ` (${n})`;
      name = tidy(label, longestLabel - suffix.length) + suffix;
    }
    seen.add(name);
    return name;
  });
}

/** Seven digits are more than a chart can show. */
function rounded(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(7)) : 0;
}
