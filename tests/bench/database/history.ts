import pg from 'pg';
import { ask } from './databases.ts';

/** Tables that hold an incident's life, in the order in which one refers to another. */
const tables = ['raw_alerts', 'incidents', 'incident_events', 'alerts', 'cards'];

/** A copy of the first incident's rows, which are cloned while the table itself already grows. */
const seedOf = (table: string) => `bench_${table}`;

interface Column {
  name: string;
  type: string;
  /** What the database makes itself. */
  made: boolean;
  indexed: boolean;
}

/**
 * Clones the one incident of a database, a closed one, so many times: every row of it in every table, under new
 * ids and half a minute apart. Columns are asked for, so that a new one needs nothing here.
 * @returns seconds it took
 */
export async function fillHistory(url: string, count: number): Promise<number> {
  const begin = performance.now();
  const half = Math.floor(count / 2);
  const ids = await ask(url, 'select max(id)::text as id from incidents');
  const last = Number(ids[0]?.id);
  for (const table of tables) await ask(url, `create table ${seedOf(table)} as table ${table}`);
  await Promise.all([fill(url, 1, half), fill(url, half + 1, count)]);
  for (const table of tables) await ask(url, `drop table ${seedOf(table)}`);
  // The next new incident comes after them.
  const sequences = await ask(
    url,
    `select quote_ident(sequencename) as name from pg_sequences
     where schemaname = 'public' and last_value between ${last} and ${last + 1_000}`,
  );
  for (const { name } of sequences) await ask(url, `select setval('${name}', ${last + count + 1_000})`);
  // Otherwise the database would do it by itself while something is measured.
  await ask(url, 'vacuum analyze');
  return (performance.now() - begin) / 1_000;
}

/** On a connection of its own, so that two halves use two cores. */
async function fill(url: string, from: number, to: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Neither references nor triggers are checked row by row: the rows are right as they come.
    await client.query('set session_replication_role = replica; set synchronous_commit = off');
    for (const table of tables) await client.query(clone(table, await columnsOf(client, table), from, to));
  } finally {
    await client.end();
  }
}

async function columnsOf(client: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select c.column_name as name, c.data_type as type,
      c.is_generated = 'ALWAYS' or c.is_identity = 'YES' as made,
      exists (
        select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
        where i.indrelid = $1::text::regclass and a.attname = c.column_name
      ) as indexed
     from information_schema.columns c
     where c.table_schema = 'public' and c.table_name = $1::text order by c.ordinal_position`,
    [table],
  );
  return rows;
}

function clone(table: string, columns: Column[], from: number, to: number): string {
  const own = columns.filter((column) => !column.made);
  const names = own.map(({ name }) => `"${name}"`).join(', ');
  const values = own.map((column) => cloned(table, column)).join(', ');
  return `insert into ${table} (${names}) select ${values} from ${seedOf(table)} t, generate_series(${from}::int, ${to}::int) n`;
}

/** Ids and keys are new, times are earlier, the rest is the same. */
function cloned(table: string, { name, type, indexed }: Column): string {
  const column = `t."${name}"`;
  if (name === 'incident_id' || (table === 'incidents' && name === 'id')) return `${column} + n`;
  if (type === 'uuid' && name === 'id') return 'gen_random_uuid()';
  if (type === 'text' && indexed && /(_id|_key|digest)$/.test(name)) return `${column} || '-' || n`;
  // What was just taken in is kept for some days: older raw alerts would only be tidied away.
  if (type.startsWith('timestamp') && table !== 'raw_alerts') return `${column} - n * interval '30 seconds'`;
  return column;
}
