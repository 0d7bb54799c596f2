import { type LogEvent, rowOf } from './ingest.ts';
import { noiseOf } from './samples/noise.ts';
import { storiesAt } from './samples/stories.ts';
import { type TableName, type TableSchema, tableSchemas } from './tables.ts';
import { savedFunctions } from './tables-functions.ts';
import { workspaces } from './tables-workspaces.ts';
import { type Column, type Row, typeNamed } from './value.ts';
import type { Happened, Held, LogQuery } from './worker-query.ts';

export interface SampleTable {
  columns: Column[];
  /** Oldest first. */
  rows: Row[];
}

const HOUR_MS = 3_600_000;
const DAYS = 14;
/** Of everything that happens at Contoso by chance. */
export const SEED = 20_261_116;

/**
 * Rows of the last 14 days: the noise of each hour, made once and the same whenever it is made, and the stories
 * of the sample alerts. Nothing is there before its time has come.
 */
export class SampleRows {
  readonly #seed: number;
  readonly #hours = new Map<number, Kept[]>();
  /** Workspace and table → rows, oldest first. */
  #stored = new Map<string, Row[]>();
  #storedFor = '';

  constructor(seed = SEED) {
    this.#seed = seed;
  }

  /** Tables of the workspaces as they are now; with a resource, only its rows. */
  tables({
    now,
    happened,
    workspaces: asked,
    resource,
  }: Pick<LogQuery, 'now' | 'happened' | 'workspaces' | 'resource'>): Map<string, SampleTable> {
    this.#make(now, happened);
    const tables = new Map<string, SampleTable>();
    for (const workspace of workspaces.filter(({ id }) => asked.includes(id))) {
      for (const schema of workspace.tables) {
        const stored = this.#stored.get(`${workspace.id} ${schema.name}`) ?? [];
        const rows = about(schema, upTo(schema, stored, now), resource);
        const before = tables.get(schema.name);
        const columns = before?.columns ?? columnsOf(schema);
        tables.set(schema.name, { columns, rows: before ? [...before.rows, ...rows] : rows });
      }
    }
    return tables;
  }

  /** Saved functions of the workspaces: text of a query by name. */
  functions(): Map<string, string> {
    return new Map(savedFunctions.map(({ name, text }) => [name, text]));
  }

  held(): Held {
    let rows = 0;
    for (const stored of this.#stored.values()) rows += stored.length;
    return { rows, megabytes: Math.round(process.memoryUsage().heapUsed / 1e6) };
  }

  #make(now: number, happened: Happened[]): void {
    const hour = Math.floor(now / HOUR_MS);
    const wanted = `${hour} ${JSON.stringify(happened)} ${JSON.stringify(storiesAt(now, happened))}`;
    if (wanted === this.#storedFor) return;
    const oldest = hour - DAYS * 24;
    for (const old of this.#hours.keys()) if (old < oldest || old > hour) this.#hours.delete(old);
    for (let one = oldest; one <= hour; one += 1) {
      if (!this.#hours.has(one)) this.#hours.set(one, noiseOf(this.#seed, one).map(keep));
    }
    this.#stored = new Map();
    for (const kept of this.#hours.values()) for (const one of kept) this.#store(one);
    for (const { tell } of storiesAt(now, happened)) for (const event of tell()) this.#store(keep(event));
    for (const [key, rows] of this.#stored) sortByTime(key.split(' ')[1] as TableName, rows);
    this.#storedFor = wanted;
  }

  #store({ key, row }: Kept): void {
    const rows = this.#stored.get(key);
    if (rows) rows.push(row);
    else this.#stored.set(key, [row]);
  }
}

/** `key`: workspace and table. */
interface Kept {
  key: string;
  row: Row;
}

function keep(event: LogEvent): Kept {
  const { row, workspace } = rowOf(event);
  return { key: `${workspace} ${event.table}`, row };
}

const columnsOf = ({ columns }: TableSchema): Column[] =>
  columns.map(({ name, type }) => ({ name, type: typeNamed(type) }));

const timePlaceOf = ({ columns }: TableSchema) => columns.findIndex(({ name }) => name === 'TimeGenerated');

function sortByTime(table: TableName, rows: Row[]): void {
  const schema = tableSchemas.get(table);
  if (!schema) return;
  const time = timePlaceOf(schema);
  rows.sort((a, b) => Number(a[time]) - Number(b[time]));
}

function upTo(schema: TableSchema, rows: Row[], now: number): Row[] {
  const time = timePlaceOf(schema);
  let end = rows.length;
  while (end > 0 && Number(rows[end - 1]?.[time]) > now) end -= 1;
  return end === rows.length ? rows : rows.slice(0, end);
}

/** A table without resource ids has nothing to say about one. */
function about(schema: TableSchema, rows: Row[], resource: string | undefined): Row[] {
  if (resource === undefined) return rows;
  const place = schema.columns.findIndex(({ name }) => name === '_ResourceId');
  if (place < 0) return [];
  const wanted = resource.toLowerCase();
  return rows.filter((row) => {
    const id = String(row[place]).toLowerCase();
    return id === wanted || id.startsWith(`${wanted}/`);
  });
}
