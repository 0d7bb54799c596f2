import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Log } from '../log.ts';
import * as first from './migrations/0001-first.ts';
import * as streams from './migrations/0002-streams.ts';
import type { Schema } from './schema.ts';

/** In order of their names. Each only adds, so that the version before works on what comes after: docs/upgrade.md. */
export const migrations: Record<string, Migration> = {
  '0001-first': first,
  '0002-streams': streams,
};

/** Brings the database up to this version; one that a later version has been at is left as it is. */
export async function migrate(db: Kysely<Schema>, log: Log): Promise<void> {
  const later = (await executed(db)).filter((name) => !(name in migrations));
  if (later.length > 0) {
    log.warn({ migrations: later }, 'the database is of a later version; nothing is migrated');
    return;
  }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

async function executed(db: Kysely<Schema>): Promise<string[]> {
  const { rows: there } = await sql`select to_regclass('kysely_migration') as table`.execute(db);
  const [found] = there as { table: string | null }[];
  if (!found?.table) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name);
}
