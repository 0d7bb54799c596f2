import { Kysely, PGliteDialect, PostgresDialect, sql, type Transaction } from 'kysely';
import { type ConstructorOptions, fromPglite, PgBoss } from 'pg-boss';
import type { Log } from '../log.ts';
import { migrate } from './migrate.ts';
import { openPool } from './postgres.ts';
import { beAlone, joinReplicas, type Replica } from './replica.ts';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;
export type Trx = Transaction<Schema>;

/** The store: tables and queue in one database, so that one transaction writes to both. */
export interface Database {
  db: Db;
  boss: PgBoss;
  /** Nobody else uses this database, so whatever was in hand when the last process ended can be taken up at once. */
  soleOwner: boolean;
  /** This process, as the owner of what it has leased. */
  replica: Replica;
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
  const pool = openPool(url);
  // An idle connection that drops is replaced at the next query.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'database connection lost'));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const boss = createBoss({ connectionString: url, max: 3 }, log);
  await Promise.all([migrate(db, log), boss.start()]);
  const replica = await joinReplicas(url, log);
  return {
    db,
    boss,
    soleOwner: false,
    replica,
    async close() {
      await boss.stop({ graceful: true, timeout: 10_000 });
      await replica.leave();
      await db.destroy();
    },
  };
}

async function openFolder(folder: string, log: Log): Promise<Database> {
  // WebAssembly of PostgreSQL: only where there is no server.
  const { openEmbedded } = await import('./embedded.ts');
  const { lite, unlock } = await openEmbedded(folder);
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: lite }) });
  const boss = createBoss({ db: fromPglite(lite), backend: 'pglite' }, log);
  await migrate(db, log);
  await boss.start();
  return {
    db,
    boss,
    soleOwner: true,
    replica: await beAlone(db),
    async close() {
      await boss.stop({ graceful: true, timeout: 10_000 });
      await db.destroy();
      unlock();
    },
  };
}

function createBoss(connection: ConstructorOptions, log: Log): PgBoss {
  const boss = new PgBoss({ ...connection, ...queueSettings });
  boss.on('error', (error) => log.warn({ reason: error.message }, 'queue trouble'));
  return boss;
}

/** Whether the database answers. */
export async function answers(db: Db): Promise<boolean> {
  return sql`select 1`
    .execute(db)
    .then(() => true)
    .catch(() => false);
}
