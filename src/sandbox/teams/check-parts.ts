import type { Card } from './message.ts';

/** Languages that Teams' code blocks know; there is none for KQL. */
const languages = new Set(
  'Bash C Cpp CSharp Css Dos Go Graphql Html Java JavaScript Json ObjectiveC Perl Php PlainText PowerShell Python Sql TypeScript VbNet Verilog Vhdl Xml'.split(
    ' ',
  ),
);

export function findCodeFault({ codeSnippet, language }: Card, path: string): string | undefined {
  if (typeof codeSnippet !== 'string') return `${path}: CodeBlock has no codeSnippet.`;
  if (language === undefined || languages.has(String(language))) return undefined;
  return `${path}: CodeBlock knows no language ${JSON.stringify(language)}.`;
}

/** What Teams would draw wrongly in a table. Its cells are looked at as any other part. */
export function findTableFault(table: Card, path: string): string | undefined {
  if ('firstRowAsHeader' in table) return `${path}: it is called firstRowAsHeaders.`;
  const { columns, rows } = table;
  if (!Array.isArray(columns) || columns.length === 0) return `${path}: Table has no columns.`;
  const wrong = columns.findIndex((column) => !isColumn(column));
  if (wrong >= 0)
    return `${path}.columns[${wrong}] is not a width: a number above nought, "auto" or "120px".`;
  if (!Array.isArray(rows) || rows.length === 0) return `${path}: Table has no rows.`;
  const odd = rows.findIndex(
    (row) =>
      (row?.type ?? 'TableRow') !== 'TableRow' ||
      !Array.isArray(row.cells) ||
      row.cells.length !== columns.length,
  );
  if (odd >= 0) return `${path}.rows[${odd}] does not have one cell a column.`;
  const bare = rows.findIndex((row) => row.cells.some((cell: Card) => !Array.isArray(cell?.items)));
  return bare < 0 ? undefined : `${path}.rows[${bare}] has a cell without items.`;
}

function isColumn(column: unknown): boolean {
  if (typeof column !== 'object' || column === null || 'type' in column || !('width' in column)) return false;
  const { width } = column;
  return (typeof width === 'number' && width > 0) || /^(auto|\d+px)$/.test(String(width));
}

/** What Teams would draw wrongly, or not at all, in one of its charts. */
export function findChartFault(chart: Card, type: string, path: string): string | undefined {
  const { data } = chart;
  if (type === 'Chart.Gauge')
    return typeof chart.value === 'number' ? undefined : `${path}: a gauge has no value.`;
  if (!Array.isArray(data) || data.length === 0) return `${path}: ${type} has no data.`;
  const isGood = pointsOf[type];
  const wrong = data.findIndex((one) => !isGood?.(one));
  return wrong < 0 ? undefined : `${path}.data[${wrong}] is no data of ${type}.`;
}

const isSlice = (one: Card) => isText(one.legend) && isNumber(one.value) && Number(one.value) >= 0;
const isPoint = (one: Card) => (isText(one.x) || isNumber(one.x)) && isNumber(one.y);
const isBar = (one: Card) => isText(one.x) && isNumber(one.y);
const isSeries = (one: Card) => isText(one.legend) && Array.isArray(one.values) && one.values.every(isPoint);

const pointsOf: Record<string, (one: Card) => boolean> = {
  'Chart.Donut': isSlice,
  'Chart.Pie': isSlice,
  'Chart.VerticalBar': isPoint,
  'Chart.HorizontalBar': isBar,
  'Chart.Line': isSeries,
  'Chart.VerticalBar.Grouped': isSeries,
  'Chart.HorizontalBar.Stacked': (one) => isText(one.title) && Array.isArray(one.data),
};

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}
