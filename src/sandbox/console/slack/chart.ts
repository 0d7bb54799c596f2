import type { Block } from '@slack/types';
import type { TemplateResult } from 'lit-html';
import { type Chart, drawChart } from '../page/chart.ts';

/** Slack's `data_visualization`; its types do not know it yet. */
export interface ChartBlock extends Block {
  type: 'data_visualization';
  title: string;
  chart: Pie | Series;
}

interface Pie {
  type: 'pie';
  segments: Point[];
}

interface Series {
  type: 'bar' | 'line' | 'area';
  series: { name: string; data: Point[] }[];
  axis_config: { categories: string[]; x_label?: string; y_label?: string };
}

interface Point {
  label: string;
  value: number;
}

export function drawChartBlock({ title, chart }: ChartBlock): TemplateResult {
  return drawChart(chart.type === 'pie' ? pieOf(title, chart) : chartOf(title, chart));
}

function pieOf(title: string, { segments }: Pie): Chart {
  const labels = segments.map(({ label }) => label);
  const series = [{ name: title, values: segments.map(({ value }) => value) }];
  return { shape: 'pie', title, xTitle: '', yTitle: '', labels, series };
}

/** Slack's bars stand upright. */
function chartOf(title: string, { type, series, axis_config: axis }: Series): Chart {
  const { categories: labels, x_label: xTitle = '', y_label: yTitle = '' } = axis;
  return {
    shape: type === 'bar' ? 'column' : 'line',
    title,
    xTitle,
    yTitle,
    labels,
    series: series.map(({ name, data }) => ({
      name,
      values: labels.map((label) => data.find((point) => point.label === label)?.value ?? Number.NaN),
    })),
  };
}
