import type { Ground } from './ground.ts';
import { KqlError, overdue, runaway } from './kql-error.ts';
import { parse } from './kusto.ts';
import { planOf } from './query.ts';
import type { Relation } from './relation.ts';
import { type Row, typeNamed, type Value } from './value.ts';

/** What there is to ask. Values as `value.ts` says: a datetime is milliseconds since 1970, a dynamic parsed JSON. */
export interface LogStore {
  tables: Map<string, StoredTable>;
  /** Saved functions: name → KQL, with or without parameters in front: `(account:string) { … }`. */
  functions?: Map<string, string>;
}

export interface StoredTable {
  columns: { name: string; type: string }[];
  rows: unknown[][];
}

export interface EvaluateOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** Rows of stored tables outside of it, by their TimeGenerated, are not there. Milliseconds since 1970. */
  span: { from: number; to: number } | undefined;
  /** Rows that the answer may have; further ones are cut off and `partial` says so. */
  mostRows: number;
  /** Whether a table that is not stored is refused, or is empty with whatever columns the query names. */
  unknownTables?: 'refuse' | 'empty';
  /** Rows that may be held at once. */
  mostHeld?: number;
  /** Asked now and then while it works; where it says yes the query ends. */
  isOver?: () => boolean;
}

export interface Evaluated {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  render?: { visualization: string; title?: string };
  /** Why rows are missing. */
  partial?: string;
}

/** Kusto's own bound for a single operator is in bytes; the sandbox counts rows. */
const mostHeld = 2_000_000;

/** Answers a query. Throws `KqlError`, located. */
export function evaluate(text: string, store: LogStore, options: EvaluateOptions): Evaluated {
  let render: Evaluated['render'];
  try {
    const ground = groundOf(store, options, (hint) => {
      render = hint;
    });
    const plan = planOf(parse(text), ground);
    const rows = plan.rows();
    const isCut = rows.length > options.mostRows;
    return {
      columns: plan.columns,
      rows: isCut ? rows.slice(0, options.mostRows) : rows,
      ...(render ? { render } : {}),
      ...(isCut
        ? {
            partial: `Query result set has exceeded the internal record count limit ${options.mostRows} (E_QUERY_RESULT_SET_TOO_LARGE).`,
          }
        : {}),
    };
  } catch (error) {
    if (error instanceof KqlError) throw error.locate(text);
    if (error instanceof RangeError)
      throw new KqlError('The query is nested too deeply.', undefined, 'SYN0002').locate(text);
    throw error;
  }
}

function groundOf(store: LogStore, options: EvaluateOptions, render: Ground['render']): Ground {
  const { now, isOver } = options;
  const most = options.mostHeld ?? mostHeld;
  let held = 0;
  let calls = 0;
  let isGuessing = false;
  // Any seed does: what matters is that a query gives the same twice.
  let seed = 42;
  return {
    now,
    render,
    stored(name) {
      const relation = stored(name, store, options);
      isGuessing ||= relation?.isOpen === true;
      return relation;
    },
    isGuessing: () => isGuessing,
    isStored: (name) => store.tables.has(name),
    tableNames: () => [...store.tables.keys()],
    saved: (name) => store.functions?.get(name),
    holds(rows) {
      held += rows;
      if (held > most) throw runaway(most);
      // The clock is not asked for every row that another one becomes.
      calls += 1;
      if ((rows > 1000 || calls % 1000 === 1) && isOver?.()) throw overdue();
    },
    random() {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    },
  };
}

function stored(
  name: string,
  store: LogStore,
  { span, unknownTables }: EvaluateOptions,
): Relation | undefined {
  const table = store.tables.get(name);
  if (!table) {
    return unknownTables === 'empty'
      ? { name, columns: [{ name: 'TimeGenerated', type: 'datetime' }], isOpen: true, rows: () => [] }
      : undefined;
  }
  const columns = table.columns.map((column) => ({ name: column.name, type: typeNamed(column.type) }));
  const time = columns.findIndex((column) => column.name === 'TimeGenerated');
  const rows = table.rows as Row[];
  if (!span || time < 0) return { name, columns, rows: () => rows };
  const { from, to } = span;
  return { name, columns, rows: () => rows.filter((row) => isWithin(row[time] ?? null, from, to)) };
}

const isWithin = (at: Value, from: number, to: number) => typeof at === 'number' && at >= from && at < to;
