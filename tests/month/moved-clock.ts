import { sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../src/store/database.ts';
import type { TestDatabase } from '../support/databases.ts';

/** A database whose `now()` is a row, so that leases, pauses and due times all go by one clock that is moved by hand. */
export interface MovedDatabase extends Database {
  moveTo(at: Date): Promise<void>;
}

const clock = `
  create schema sim;
  create table sim.clock (at timestamptz not null);
  insert into sim.clock values (pg_catalog.now());
  create function sim.now() returns timestamptz language sql stable as 'select at from sim.clock';
  grant usage on schema sim to public;
  grant select, update on sim.clock to public;`;
/** What is found there first is meant; the server's own functions come after. */
const path = 'sim, pg_catalog, public';

export async function openMoved(place: TestDatabase): Promise<MovedDatabase> {
  if (place.url) await prepare(place.url);
  const database = await openDatabase({ ...place, log: pino({ level: 'silent' }) });
  if (!place.url) {
    await database.asOwner(async (db) => {
      for (const statement of clock.split(';\n')) await sql.raw(statement).execute(db);
    });
    await sql.raw(`set search_path = ${path}`).execute(database.db);
  }
  return {
    ...database,
    async moveTo(at) {
      await sql`update sim.clock set at = ${at.toISOString()}::timestamptz`.execute(database.db);
    },
    async close() {
      await database.close();
      await place.release();
    },
  };
}

async function prepare(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(clock);
    const name = new URL(url).pathname.slice(1);
    await client.query(`alter database ${pg.escapeIdentifier(name)} set search_path = ${path}`);
  } finally {
    await client.end();
  }
}
