import type { LogsTable } from '@azure/monitor-query-logs';
import { z } from 'zod';
import type { Cell, LogAnswer, LogColumn } from '../kql/logs.ts';
import type { Sent } from './log-analytics-calls.ts';
import { innermostWords } from './log-analytics-failure.ts';

/** An answer as the client gives it, with cells as their columns say they are. */
export function readAnswer({ result, body }: Sent): LogAnswer {
  const isPartial = result.status === 'PartialFailure';
  const tables = isPartial ? result.partialTables : result.tables;
  const primary = tables.find(({ name }) => name === 'PrimaryResult') ?? tables[0];
  return {
    ...readTable(primary),
    // The client leaves out the innermost words.
    partial: isPartial ? innermostWords(body()) || 'Azure says that rows are missing, and not why.' : '',
    render: readRender(result.visualization),
    scannedGb: readScanned(result.statistics),
  };
}

function readTable(table: LogsTable | undefined): Pick<LogAnswer, 'columns' | 'rows'> {
  const columns = (table?.columnDescriptors ?? []).map(({ name, type }) => ({
    name: String(name),
    type: String(type),
  }));
  const rows = (table?.rows ?? []).map((row) => columns.map((column, at) => readCell(column, row[at])));
  return { columns, rows };
}

/** Numbers and truths may come as text; a time comes as a date, which has milliseconds where Azure has ten thousand times more. */
function readCell({ type }: LogColumn, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'datetime':
      return value instanceof Date ? timeOf(value) : String(value);
    case 'bool':
      return typeof value === 'string' ? value.toLowerCase() === 'true' || value === '1' : Boolean(value);
    case 'int':
    case 'long':
    case 'real':
      return typeof value === 'string' ? numberOf(value) : plain(value, 0);
    default:
      return plain(value, 0);
  }
}

const timeOf = (date: Date): string | null => (Number.isNaN(date.getTime()) ? null : date.toISOString());

/** What is no number that JavaScript can hold to the last digit stays the text that it is. */
function numberOf(text: string): Cell {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) return text;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}

/** Nothing deeper is ever shown, and code that walks a value walks it by calling itself. */
const mostDepth = 16;

function plain(value: unknown, depth: number): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return timeOf(value);
  if (typeof value !== 'object') return String(value);
  if (depth >= mostDepth) return '…';
  if (Array.isArray(value)) return value.map((one) => plain(one, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one, depth + 1)]));
}

const renderShape = z.object({
  visualization: z.string().min(1),
  title: z.string().nullish(),
});

function readRender(visualization: unknown): LogAnswer['render'] {
  const read = renderShape.safeParse(visualization);
  if (!read.success || read.data.visualization === 'table') return undefined;
  return { shape: read.data.visualization.toLowerCase(), title: read.data.title ?? '' };
}

/** Named as search jobs name it; no page says what a query's own statistics call it, and mostly they lack it. */
const scannedShape = z.object({ query: z.object({ scannedGb: z.number().nonnegative() }) });

function readScanned(statistics: unknown): number | undefined {
  return scannedShape.safeParse(statistics).data?.query.scannedGb;
}
