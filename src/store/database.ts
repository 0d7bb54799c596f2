import { Kysely, PGliteDialect, PostgresDialect, sql, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { fromPglite, PgBoss } from 'pg-boss';
import type { Log } from '../log.ts';
import { openEmbedded } from './embedded.ts';
import * as first from './migrations/0001-first.ts';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;
export type Trx = Transaction<Schema>;

/** The store: tables and queue in one database, so that one transaction writes to both. */
export interface Database {
  db: Db;
  boss: PgBoss;
  /** Nobody else uses this database, so whatever was in hand when the last process ended can be taken up at once. */
  soleOwner: boolean;
  close(): Promise<void>;
}

// Jobs of a killed process come back after 10 s (the least pg-boss allows) instead of 15 min.
const queueSettings = { useListenNotify: true, superviseIntervalSeconds: 5, monitorIntervalSeconds: 5 };

/** PostgreSQL 15 or newer where `url` is given, else the embedded database in `folder`. Migrated, queue running. */
export async function openDatabase(options: {
  url: string | undefined;
  folder: string;
  log: Log;
}): Promise<Database> {
  return options.url ? openPostgres(options.url, options.log) : openFolder(options.folder, options.log);
}

async function openPostgres(url: string, log: Log): Promise<Database> {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({ connectionString: url, max: 10, statement_timeout: 15_000 });
  // An idle connection that drops is replaced at the next query.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'database connection lost'));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const boss = new PgBoss({ connectionString: url, max: 5, ...queueSettings });
  await start(db, boss, log);
  return {
    db,
    boss,
    soleOwner: false,
    async close() {
      await boss.stop({ graceful: true, timeout: 10_000 });
      await db.destroy();
    },
  };
}

async function openFolder(folder: string, log: Log): Promise<Database> {
  const { lite, unlock } = await openEmbedded(folder);
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: lite }) });
  const boss = new PgBoss({ db: fromPglite(lite), backend: 'pglite', ...queueSettings });
  await start(db, boss, log);
  return {
    db,
    boss,
    soleOwner: true,
    async close() {
      await boss.stop({ graceful: true, timeout: 10_000 });
      await db.destroy();
      unlock();
    },
  };
}

async function start(db: Db, boss: PgBoss, log: Log): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ '0001-first': first }) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
  boss.on('error', (error) => log.warn({ reason: error.message }, 'queue trouble'));
  await boss.start();
}

/** Whether the database answers. */
export async function answers(db: Db): Promise<boolean> {
  return sql`select 1`
    .execute(db)
    .then(() => true)
    .catch(() => false);
}
