import { Kysely, PGliteDialect, PostgresDialect, sql, type Transaction } from 'kysely';
import { type ConstructorOptions, fromPglite, PgBoss } from 'pg-boss';
import type { Log } from '../log.ts';
import { migrate } from './migrate.ts';
import { openPool, type StatementLimits } from './postgres.ts';
import { createEmbeddedRole, embeddedRole, grantRights } from './privileges.ts';
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
  /** What only the owner of the tables may do: taking from the record what is safe in an archive. */
  asOwner<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

// Jobs of a killed process come back after 10 s (the least pg-boss allows) instead of 15 min.
const queueSettings = { useListenNotify: true, superviseIntervalSeconds: 5, monitorIntervalSeconds: 5 };

/**
 * PostgreSQL 15 or newer where `url` is given, else the embedded database in `folder`. Migrated, queue running.
 * `ownerUrl` is for another user on the same database, who owns the tables and lets the user of `url` work with them.
 */
export async function openDatabase(options: {
  url: string | undefined;
  ownerUrl?: string | undefined;
  folder: string;
  log: Log;
}): Promise<Database> {
  const { url, ownerUrl, folder, log } = options;
  return url ? openPostgres(url, ownerUrl, log) : openFolder(folder, log);
}

async function openPostgres(url: string, ownerUrl: string | undefined, log: Log): Promise<Database> {
  const db = connect(url, log);
  const boss = createBoss({ connectionString: url, max: 3, migrate: !ownerUrl }, log);
  if (ownerUrl) {
    await prepareAsOwner(ownerUrl, db, log);
    await boss.start();
  } else await Promise.all([patiently(url, log, (patient) => migrate(patient, log)), boss.start()]);
  const replica = await joinReplicas(url, log);
  return {
    db,
    boss,
    soleOwner: false,
    replica,
    asOwner: (work) => (ownerUrl ? asOther(ownerUrl, log, work) : work(db)),
    async close() {
      await boss.stop({ graceful: true, timeout: 10_000 });
      await replica.leave();
      await db.destroy();
    },
  };
}

function connect(url: string, log: Log, limits?: StatementLimits): Db {
  const pool = openPool(url, limits);
  // An idle connection that drops is replaced at the next query.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'database connection lost'));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/** Tables and queue are the owner's; the product's own user gets the rights that it needs. */
async function prepareAsOwner(ownerUrl: string, db: Db, log: Log): Promise<void> {
  const whoAmI = sql<{ name: string }>`select current_user::text as name`;
  const { rows } = await whoAmI.execute(db);
  const boss = createBoss({ connectionString: ownerUrl, max: 2, supervise: false, schedule: false }, log);
  await asOther(ownerUrl, log, async (owner) => {
    const { rows: owners } = await whoAmI.execute(owner);
    if (owners[0]?.name === rows[0]?.name) {
      // It would take its own rights away.
      throw new Error(
        'DATABASE_OWNER_URL and DATABASE_URL name the same user. Make one that only works with the tables.',
      );
    }
    const [isOurs] = await Promise.all([
      patiently(ownerUrl, log, (patient) => migrate(patient, log)),
      boss.start(),
    ]);
    await boss.stop({ graceful: false });
    // A later version has given the rights that its tables need.
    if (isOurs) for (const { name } of rows) await grantRights(owner, name);
  });
}

/** For what may take minutes: a migration of a large database, and waiting until another replica has made it. */
async function patiently<T>(url: string, log: Log, work: (db: Db) => Promise<T>): Promise<T> {
  return asOther(url, log, work, { statement_timeout: 0, idle_in_transaction_session_timeout: 0 });
}

async function asOther<T>(
  url: string,
  log: Log,
  work: (db: Db) => Promise<T>,
  limits?: StatementLimits,
): Promise<T> {
  const owner = connect(url, log, limits);
  try {
    return await work(owner);
  } finally {
    await owner.destroy();
  }
}

async function openFolder(folder: string, log: Log): Promise<Database> {
  // WebAssembly of PostgreSQL: only where there is no server.
  const { openEmbedded } = await import('./embedded.ts');
  const { lite, unlock } = await openEmbedded(folder);
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: lite }) });
  const boss = createBoss({ db: fromPglite(lite), backend: 'pglite' }, log);
  const isOurs = await migrate(db, log);
  await boss.start();
  await createEmbeddedRole(db);
  if (isOurs) await grantRights(db, embeddedRole);
  // The one session there is began as superuser; from here on it may only add to the record.
  const stepDown = () => sql`set role ${sql.id(embeddedRole)}`.execute(db);
  await stepDown();
  return {
    db,
    boss,
    soleOwner: true,
    replica: await beAlone(db),
    async asOwner(work) {
      await sql`reset role`.execute(db);
      try {
        return await work(db);
      } finally {
        await stepDown();
      }
    },
    async close() {
      await boss.stop({ graceful: true, timeout: 10_000 });
      await db.destroy();
      unlock();
    },
  };
}

/** Only to look at: nothing is migrated, no queue runs, nobody is told. */
export async function openToRead(place: {
  url: string | undefined;
  folder: string;
  log: Log;
}): Promise<{ db: Db; close(): Promise<void> }> {
  if (place.url) {
    const db = connect(place.url, place.log);
    return { db, close: () => db.destroy() };
  }
  const { openEmbedded } = await import('./embedded.ts');
  const { lite, unlock } = await openEmbedded(place.folder);
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: lite }) });
  await createEmbeddedRole(db);
  await sql`set role ${sql.id(embeddedRole)}`.execute(db);
  return {
    db,
    async close() {
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
