import { html, nothing, svg, type TemplateResult } from 'lit-html';
import { niceScale } from './scale.ts';

/** A chart as either chat draws it. Everything in it may be an attacker's: it is drawn as text alone. */
export interface Chart {
  shape: 'line' | 'column' | 'bar' | 'pie';
  title: string;
  xTitle: string;
  yTitle: string;
  /** One a point; series have as many values. `NaN` where there is none. */
  labels: string[];
  series: { name: string; values: number[] }[];
}

/** Room of the drawing in its own units; about as many pixels on a wide screen. */
const width = 480;
const height = 240;
/** `--series-0` … of chart.css, then again from the first. */
const colours = 12;

/** Draws a chart that reads in light and dark, with its legend below. */
export function drawChart(chart: Chart): TemplateResult {
  const { title, series, shape } = chart;
  const names = series.map(({ name }) => name).filter((name) => name !== '');
  const label = title || `${names.join(', ') || chart.yTitle || 'Values'} by ${chart.xTitle || 'label'}`;
  return html`<figure class="chart" data-shape=${shape}>
    ${title ? html`<figcaption>${title}</figcaption>` : nothing}
    <svg viewBox="0 0 ${width} ${heightOf(chart)}" role="img" aria-label=${label}>${drawShape(chart)}</svg>
    ${drawLegend(chart)}
  </figure>`;
}

function drawShape(chart: Chart): TemplateResult | TemplateResult[] {
  if (chart.labels.length === 0 || chart.series.length === 0)
    return svg`<text class="chart-tick" x=${width / 2} y=${height / 2} text-anchor="middle">Nothing to draw</text>`;
  switch (chart.shape) {
    case 'line':
    case 'column':
      return drawUpright(chart);
    case 'bar':
      return drawBars(chart);
    case 'pie':
      return drawPie(chart);
  }
}

function heightOf({ shape, labels, series }: Chart): number {
  if (shape !== 'bar') return height;
  return 40 + labels.length * barRoom(series.length);
}

function drawUpright({ shape, labels, series, xTitle, yTitle }: Chart): TemplateResult {
  const scale = niceScale(series.flatMap(({ values }) => values));
  const longest = Math.max(...scale.ticks.map((tick) => amount(tick).length));
  const left = 14 + longest * 8;
  const top = yTitle ? 28 : 12;
  const bottom = height - (xTitle ? 46 : 28);
  const step = (width - left - 12) / labels.length;
  const x = (index: number) => left + step * (index + 0.5);
  const y = (value: number) => bottom - (bottom - top) * scale.share(value);
  const every = Math.max(1, Math.ceil(64 / step));
  return svg`
    ${yTitle ? svg`<text class="chart-axis" x="4" y="14">${cut(yTitle, 50)}</text>` : nothing}
    ${scale.ticks.map(
      (tick) => svg`<line class="chart-grid" x1=${left} x2=${width - 12} y1=${y(tick)} y2=${y(tick)} />
        <text class="chart-tick" x=${left - 6} y=${y(tick) + 4} text-anchor="end">${amount(tick)}</text>`,
    )}
    ${labels.map((label, i) =>
      i % every === 0
        ? svg`<text class="chart-tick" x=${x(i)} y=${bottom + 18} text-anchor="middle"
            >${cut(label, Math.floor((step * every) / 7.5))}<title>${label}</title></text>`
        : nothing,
    )}
    ${xTitle ? svg`<text class="chart-axis" x=${(left + width) / 2} y=${height - 6} text-anchor="middle">${cut(xTitle, 50)}</text>` : nothing}
    ${series.map(({ name, values }, s) =>
      shape === 'line'
        ? svg`${runs(values).map(
            (run) =>
              svg`<polyline class="chart-line" data-series=${s % colours} points=${run.map((i) => `${x(i)},${y(values[i] ?? 0)}`).join(' ')} />`,
          )}
          ${values.map((value, i) =>
            Number.isFinite(value)
              ? svg`<circle class="chart-mark" data-series=${s % colours} cx=${x(i)} cy=${y(value)} r="3"
                  ><title>${told(name, labels[i], value)}</title></circle>`
              : nothing,
          )}`
        : values.map((value, i) => {
            if (!Number.isFinite(value)) return nothing;
            const thick = (step * 0.76) / series.length;
            return svg`<rect class="chart-mark" data-series=${s % colours} x=${x(i) - step * 0.38 + thick * s} width=${thick * 0.94}
              y=${Math.min(y(value), y(0))} height=${Math.abs(y(value) - y(0))}
              ><title>${told(name, labels[i], value)}</title></rect>`;
          }),
    )}`;
}

/** Units of height that one label of a bar chart takes. */
const barRoom = (series: number) => 14 + 14 * Math.max(1, series);

function drawBars({ labels, series, xTitle }: Chart): TemplateResult {
  const scale = niceScale(series.flatMap(({ values }) => values));
  const left = Math.min(170, 14 + Math.max(...labels.map((label) => label.length)) * 7.5);
  const room = barRoom(series.length);
  const end = 12 + labels.length * room;
  const x = (value: number) => left + (width - left - 64) * scale.share(value);
  return svg`
    <line class="chart-grid" x1=${x(0)} x2=${x(0)} y1="6" y2=${end} />
    ${labels.map(
      (label, i) => svg`<text class="chart-tick" x=${left - 8} y=${12 + room * i + room / 2} text-anchor="end"
          >${cut(label, Math.floor((left - 14) / 7.2))}<title>${label}</title></text>
        ${series.map(({ name, values }, s) => {
          const value = values[i] ?? Number.NaN;
          if (!Number.isFinite(value)) return nothing;
          const y = 12 + room * i + 14 * s;
          return svg`<rect class="chart-mark" data-series=${s % colours} x=${Math.min(x(value), x(0))} width=${Math.abs(x(value) - x(0))}
              y=${y} height="12"><title>${told(name, label, value)}</title></rect>
            <text class="chart-tick" x=${Math.max(x(value), x(0)) + 6} y=${y + 11}>${amount(value)}</text>`;
        })}`,
    )}
    ${xTitle ? svg`<text class="chart-axis" x=${(left + width) / 2} y=${end + 18} text-anchor="middle">${cut(xTitle, 50)}</text>` : nothing}`;
}

function drawPie({ labels, series }: Chart): TemplateResult[] {
  const values = (series[0]?.values ?? []).map((value) => (value > 0 ? value : 0));
  const total = values.reduce((sum, value) => sum + value, 0);
  let from = 0;
  return values.map((value, i) => {
    const share = total > 0 ? value / total : 0;
    const path = slice(from, share);
    from += share;
    return svg`<path class="chart-mark chart-slice" data-series=${i % colours} d=${path}
      ><title>${told('', labels[i], value)}</title></path>`;
  });
}

function slice(from: number, share: number): string {
  const [middle, radius] = [height / 2, height / 2 - 8];
  const at = (turn: number) =>
    `${width / 2 + radius * Math.sin(turn * 2 * Math.PI)} ${middle - radius * Math.cos(turn * 2 * Math.PI)}`;
  if (share <= 0) return '';
  // An arc from a point to itself is none.
  const to = from + Math.min(share, 0.9999);
  return `M ${width / 2} ${middle} L ${at(from)} A ${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${at(to)} Z`;
}

function drawLegend({ shape, labels, series }: Chart): TemplateResult | typeof nothing {
  const rows =
    shape === 'pie'
      ? labels.map((label, i) => ({ name: label, value: amount(series[0]?.values[i] ?? 0) }))
      : series.map(({ name }) => ({ name, value: '' }));
  if (shape !== 'pie' && rows.length < 2) return nothing;
  return html`<ul class="chart-legend">
    ${rows.map(
      ({ name, value }, i) =>
        html`<li><i data-series=${i % colours}></i>${cut(name, 60)}${value ? html` <b>${value}</b>` : nothing}</li>`,
    )}
  </ul>`;
}

/** Stretches of a line between values that are missing, as indexes. */
function runs(values: number[]): number[][] {
  const found: number[][] = [[]];
  values.forEach((value, i) => {
    if (Number.isFinite(value)) found.at(-1)?.push(i);
    else found.push([]);
  });
  return found.filter((run) => run.length > 1);
}

const told = (name: string, label: string | undefined, value: number) =>
  [name, label, value.toLocaleString('en-GB')].filter(Boolean).join(' · ');

const compact = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumSignificantDigits: 3 });
const amount = (value: number) => compact.format(value);

function cut(text: string, most: number): string {
  const points = Array.from(text);
  return points.length <= Math.max(most, 2) ? text : `${points.slice(0, Math.max(most, 2) - 1).join('')}…`;
}
