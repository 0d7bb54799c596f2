import pg from 'pg';
import { openEmbedded } from '../../../src/store/embedded.ts';

/** Runs one statement, commits it, and tells how many rows it changed. */
export type Query = (sql: string, values: (string | number)[]) => Promise<number>;

/** The same kind of database as the product's, in the same way: ten connections, or in this very process. */
export async function openStore(): Promise<Query> {
  const { DATABASE_URL: url, DATA_DIR: folder = '' } = process.env;
  if (url) {
    const pool = new pg.Pool({ connectionString: url, max: 10 });
    return async (sql, values) => (await pool.query(sql, values)).rowCount ?? 0;
  }
  const { lite } = await openEmbedded(folder);
  return async (sql, values) => (await lite.query(sql, values)).affectedRows ?? 0;
}
