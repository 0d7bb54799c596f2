import type { ChartView } from './chart-view.ts';

/** What a chart over time shows, where none can be drawn: `Requests: from 3 to 410, at last 12 a minute.` */
export function chartInWords({ title, yTitle, series }: ChartView): string {
  const said = series.flatMap(({ name, values }) => {
    const known = values.filter(Number.isFinite);
    const last = known.at(-1);
    if (last === undefined) return [];
    const span = `from ${amount(Math.min(...known))} to ${amount(Math.max(...known))}, at last ${amount(last)}`;
    return [series.length > 1 && name ? `${name} ${span}` : span];
  });
  if (said.length === 0) return `${title}: nothing was measured.`;
  return `${title}: ${said.join('; ')}${yTitle ? ` ${yTitle}` : ''}.`;
}

const amount = (value: number) => value.toLocaleString('en-GB', { maximumSignificantDigits: 4 });
