import type { Times } from './door-timespan.ts';
import { KqlError } from './kql-error.ts';
import { tableSchemas } from './tables.ts';
import type { Row } from './value.ts';
import type { SampleTable } from './worker-rows.ts';

const planOf = (name: string) => tableSchemas.get(name)?.plan ?? 'Analytics';

/**
 * The tables that a query may read. `query` may not read Basic and Auxiliary tables, `search` reads one of them
 * and nothing else. It remembers which were read, for the bill.
 */
export class TablesByPlan extends Map<string, SampleTable> {
  readonly #read = new Map<string, SampleTable>();
  readonly #closed = new Set<string>();
  readonly #kind: 'query' | 'search';

  constructor(tables: Map<string, SampleTable>, kind: 'query' | 'search') {
    super();
    this.#kind = kind;
    for (const [name, table] of tables) {
      if ((planOf(name) === 'Analytics') === (kind === 'query')) this.set(name, table);
      else this.#closed.add(name);
    }
  }

  override has(name: string): boolean {
    return super.has(name) || (this.#closed?.has(name) ?? false);
  }

  override get(name: string): SampleTable | undefined {
    if (this.#closed.has(name)) throw this.#refuse(name);
    const table = super.get(name);
    if (table) this.#read.set(name, table);
    if (this.#kind === 'search' && this.#read.size > 1)
      throw new KqlError('A search reads one table', undefined, 'SEM0001');
    return table;
  }

  /** What was read of the span: rows, and bytes as Azure would bill them. */
  read(span: Times | undefined): { rows: number; scanned: number; bytes: number } {
    let [rows, scanned, bytes] = [0, 0, 0];
    for (const table of this.#read.values()) {
      const time = table.columns.findIndex(({ name }) => name === 'TimeGenerated');
      const within = span ? table.rows.filter((row) => isWithin(row, time, span)) : table.rows;
      rows += table.rows.length;
      scanned += within.length;
      bytes += bytesOf(within);
    }
    return { rows, scanned, bytes };
  }

  #refuse(name: string): KqlError {
    const plan = planOf(name);
    const why =
      this.#kind === 'query'
        ? `Table '${name}' has the plan ${plan} and can be read by a search job or the search API only`
        : `Table '${name}' has the plan ${plan}; the search API reads tables of the plans Basic and Auxiliary only`;
    return new KqlError(why, undefined, 'SEM0001');
  }
}

const isWithin = (row: Row, time: number, { from, to }: Times) => {
  const at = row[time];
  return typeof at === 'number' && at >= from && at <= to;
};

/** Of a hundred rows, as their length varies little within a table. */
function bytesOf(rows: Row[]): number {
  const sample = rows.slice(0, 100);
  const bytes = sample.reduce((sum, row) => sum + JSON.stringify(row).length, 0);
  return sample.length === 0 ? 0 : Math.round((bytes / sample.length) * rows.length);
}

const tooMuch = /\b(join|union|find|search|externaldata|lookup|evaluate)\b/i;

/** Refuses what reaches beyond one table; texts and comments may say what they like. */
export function fitsSearch(text: string): void {
  const bare = text.replaceAll(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*/g, (found) =>
    ' '.repeat(found.length),
  );
  const found = tooMuch.exec(bare);
  if (!found) return;
  throw new KqlError(
    `'${found[0]}' is not supported for tables of the plans Basic and Auxiliary`,
    found.index,
    'SEM0001',
  ).locate(text);
}
