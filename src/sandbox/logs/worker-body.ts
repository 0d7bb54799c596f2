import { randomUUID } from 'node:crypto';
import { dateText, spanText } from './convert.ts';
import type { Evaluated } from './evaluate.ts';
import type { Value } from './value.ts';
import type { LogQuery } from './worker-query.ts';

type Answer = Pick<Evaluated, 'columns' | 'rows' | 'render'>;

/** What was read of the tables. */
interface Read {
  rows: number;
  scanned: number;
  bytes: number;
}

/** The answer's JSON text, as the query API writes it. */
export function writeBody(
  answer: Answer,
  written: Written,
  query: LogQuery,
  read: Read,
  start: number,
): string {
  const columns = answer.columns.map(({ name, type }) => ({ name, type }));
  const parts = [
    `"tables":[{"name":"PrimaryResult","columns":${JSON.stringify(columns)},"rows":[${written.rows.join(',')}]}]`,
  ];
  if (query.withStatistics) {
    parts.push(`"statistics":${JSON.stringify(statistics(written, read, start, query.kind))}`);
  }
  if (query.withRender && answer.render) parts.push(`"render":${JSON.stringify(renderOf(answer.render))}`);
  if (written.why) parts.push(`"error":${JSON.stringify(partialError(written.why))}`);
  return `{${parts.join(',')}}`;
}

/** Rows as JSON texts: what may be given of them, and why not all; empty where all are. */
interface Written {
  rows: string[];
  bytes: number;
  why: string;
}

/** Each row as JSON text, as many as may be given, and why not all. */
export function writeRows({ columns, rows }: Answer, query: LogQuery): Written {
  const most = query.isPartial ? rows.length >> 1 : Math.min(rows.length, query.mostRows);
  const written: string[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, most)) {
    const text = JSON.stringify(columns.map(({ type }, place) => jsonOf(row[place] as Value, type)));
    if (bytes + text.length > query.mostBytes) return { rows: written, bytes, why: tooLarge(query) };
    written.push(text);
    bytes += text.length;
  }
  if (query.isPartial) return { rows: written, bytes, why: 'Some of the machines did not answer in time.' };
  return { rows: written, bytes, why: most < rows.length ? tooLarge(query) : '' };
}

const tooLarge = ({ mostRows, mostBytes }: LogQuery): string =>
  `The results of this query exceed the set limit of ${mostRows} records or ${mostBytes} bytes, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).`;

/** Values as the query API writes them: times as text, dynamic values as the text of their JSON. */
function jsonOf(value: Value | undefined, type: string): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value !== 'number') return value;
  if (type === 'datetime') return dateText(value);
  if (type === 'timespan') return spanText(value);
  if (type === 'decimal') return String(value);
  return Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

const renderOf = ({ visualization, title }: { visualization: string; title?: string | undefined }) => ({
  visualization,
  title: title ?? null,
  accumulate: false,
  isQuerySorted: false,
  kind: null,
  legend: null,
  series: null,
  xAxis: null,
  xColumn: null,
  xTitle: null,
  yAxis: null,
  yColumns: null,
  ySplit: null,
  yTitle: null,
  anomalyColumns: null,
});

const partialError = (why: string) => ({
  code: 'PartialError',
  message: 'There were some errors when processing your query.',
  correlationId: randomUUID(),
  details: [
    {
      code: 'EngineError',
      message: 'Something went wrong processing your query on the server.',
      innererror: { code: '-2133196797', message: why, severity: 2, severityName: 'Error' },
    },
  ],
});

function statistics({ rows, bytes }: Written, read: Read, start: number, kind: LogQuery['kind']) {
  const seconds = (performance.now() - start) / 1_000;
  return {
    query: {
      executionTime: seconds,
      resourceUsage: {
        cache: {
          memory: { hits: read.rows, misses: 0, total: read.rows },
          disk: { hits: 0, misses: 0, total: 0 },
        },
        cpu: {
          user: `00:00:${seconds.toFixed(7).padStart(10, '0')}`,
          kernel: '00:00:00',
          'total cpu': `00:00:${seconds.toFixed(7).padStart(10, '0')}`,
        },
        memory: { peak_per_node: read.bytes },
      },
      inputDatasetStatistics: {
        extents: { total: 1, scanned: 1 },
        rows: { total: read.rows, scanned: read.scanned },
      },
      datasetStatistics: [{ table_row_count: rows.length, table_size: bytes }],
      // Only what is billed by it is told, by the name that search jobs have for it.
      ...(kind === 'search' ? { scannedGb: read.bytes / 1e9 } : {}),
    },
  };
}
