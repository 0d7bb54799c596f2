import { render } from 'lit-html';
import { type Chart, drawChart } from '../page/chart.ts';

/** Elements that Teams draws beside those of Adaptive Cards, or draws in its own way: code, charts, wide tables. */
export function registerTeamsElements(): void {
  const { CardElement, GlobalRegistry, StringProperty, Table, Versions } = AdaptiveCards;

  class CodeBlock extends CardElement {
    static readonly codeSnippetProperty = new StringProperty(Versions.v1_0, 'codeSnippet');

    getJsonTypeName(): string {
      return 'CodeBlock';
    }

    protected internalRender(): HTMLElement {
      const pre = document.createElement('pre');
      pre.className = 'card-code';
      pre.tabIndex = 0;
      pre.textContent = String(this.getValue(CodeBlock.codeSnippetProperty) ?? '');
      return pre;
    }
  }
  GlobalRegistry.elements.register('CodeBlock', CodeBlock, Versions.v1_0);

  /** Where there is less room than it wants, a table scrolls sideways. */
  class TeamsTable extends Table {
    static readonly minWidthProperty = new StringProperty(Versions.v1_0, 'minWidth');

    protected override internalRender(): HTMLElement | undefined {
      const table = super.internalRender();
      if (!table) return undefined;
      table.style.minWidth = String(this.getValue(TeamsTable.minWidthProperty) ?? '');
      const room = document.createElement('div');
      room.className = 'card-table';
      room.tabIndex = 0;
      room.append(table);
      return room;
    }
  }
  GlobalRegistry.elements.register('Table', TeamsTable, Versions.v1_0);

  for (const [type, shape] of shapes) {
    class TeamsChart extends CardElement {
      #chart: Chart | undefined;

      getJsonTypeName(): string {
        return type;
      }

      protected override internalParse(
        source: ChartJson,
        context: InstanceType<typeof AdaptiveCards.SerializationContext>,
      ): void {
        super.internalParse(source, context);
        this.#chart = read(source, shape);
      }

      protected internalRender(): HTMLElement {
        const box = document.createElement('div');
        if (this.#chart) render(drawChart(this.#chart), box);
        return box;
      }
    }
    GlobalRegistry.elements.register(type, TeamsChart, Versions.v1_0);
  }
}

const shapes: [string, Chart['shape']][] = [
  ['Chart.Line', 'line'],
  ['Chart.VerticalBar', 'column'],
  ['Chart.VerticalBar.Grouped', 'column'],
  ['Chart.HorizontalBar', 'bar'],
  ['Chart.Pie', 'pie'],
];

interface ChartJson {
  title?: string;
  xAxisTitle?: string;
  yAxisTitle?: string;
  data: Datum[];
}

/** A series, a point or a slice, by the chart it is in. */
interface Datum {
  legend?: string;
  value?: number;
  values?: { x: string | number; y: number }[];
  x?: string | number;
  y?: number;
}

function read(
  { title = '', xAxisTitle = '', yAxisTitle = '', data }: ChartJson,
  shape: Chart['shape'],
): Chart {
  const frame = { shape, title, xTitle: xAxisTitle, yTitle: yAxisTitle };
  if (shape === 'pie') {
    const labels = data.map(({ legend = '' }) => legend);
    return { ...frame, labels, series: [{ name: '', values: data.map(({ value = 0 }) => value) }] };
  }
  const several = data.filter(({ values }) => values !== undefined);
  const series =
    several.length > 0
      ? several.map(({ legend = '', values = [] }) => ({ name: legend, points: values }))
      : [{ name: '', points: data.map(({ x = '', y = 0 }) => ({ x, y })) }];
  const [only] = series;
  if (only && series.length === 1) {
    const values = only.points.map(({ y }) => y);
    return { ...frame, labels: only.points.map(({ x }) => String(x)), series: [{ name: only.name, values }] };
  }
  // Series need not have the same points: each label stands once, in the order in which it first comes.
  const longest = series.toSorted((one, other) => other.points.length - one.points.length);
  const labels = [...new Set(longest.flatMap(({ points }) => points.map(({ x }) => String(x))))];
  return {
    ...frame,
    labels,
    series: series.map(({ name, points }) => {
      const at = new Map(points.map(({ x, y }) => [String(x), y]));
      return { name, values: labels.map((label) => at.get(label) ?? Number.NaN) };
    }),
  };
}
