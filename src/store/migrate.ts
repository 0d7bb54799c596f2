import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Log } from '../log.ts';
import * as first from './migrations/0001-first.ts';
import * as streams from './migrations/0002-streams.ts';
import * as people from './migrations/0003-people.ts';
import * as record from './migrations/0004-record.ts';
import * as questions from './migrations/0005-questions.ts';
import * as restricted from './migrations/0006-restricted.ts';
import * as merged from './migrations/0007-merged.ts';
import * as queries from './migrations/0008-queries.ts';
import * as search from './migrations/0009-search.ts';
import * as hunts from './migrations/0010-hunts.ts';
import * as delegations from './migrations/0011-delegations.ts';
import * as enrichments from './migrations/0012-enrichments.ts';
import * as runs from './migrations/0013-runs.ts';
import * as notices from './migrations/0014-notices.ts';
import * as onCall from './migrations/0015-on-call.ts';
import * as escalation from './migrations/0016-escalation.ts';
import * as silences from './migrations/0017-silences.ts';
import * as facts from './migrations/0018-facts.ts';
import * as handovers from './migrations/0019-handovers.ts';
import * as after from './migrations/0020-after.ts';
import * as preparation from './migrations/0021-preparation.ts';
import * as statFileLeases from './migrations/0022-stat-file-leases.ts';
import * as noticesKept from './migrations/0023-notices-kept.ts';
import type { Schema } from './schema.ts';

/** In order of their names. Each only adds, so that the version before works on what comes after: docs/upgrade.md. */
export const migrations: Record<string, Migration> = {
  '0001-first': first,
  '0002-streams': streams,
  '0003-people': people,
  '0004-record': record,
  '0005-questions': questions,
  '0006-restricted': restricted,
  '0007-merged': merged,
  '0008-queries': queries,
  '0009-search': search,
  '0010-hunts': hunts,
  '0011-delegations': delegations,
  '0012-enrichments': enrichments,
  '0013-runs': runs,
  '0014-notices': notices,
  '0015-on-call': onCall,
  '0016-escalation': escalation,
  '0017-silences': silences,
  '0018-facts': facts,
  '0019-handovers': handovers,
  '0020-after': after,
  '0021-preparation': preparation,
  '0022-stat-file-leases': statFileLeases,
  '0023-notices-kept': noticesKept,
};

/**
 * Brings the database up to this version; one that a later version has been at is left as it is. Whether it is of
 * this version then.
 */
export async function migrate(db: Kysely<Schema>, log: Log): Promise<boolean> {
  const later = (await executed(db)).filter((name) => !(name in migrations));
  if (later.length > 0) {
    log.warn({ migrations: later }, 'the database is of a later version; nothing is migrated');
    return false;
  }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  // One transaction each: what one locks the next does not hold, while replicas of the version before go on.
  let left = true;
  while (left) {
    const { error, results } = await migrator.migrateUp();
    if (error) throw error;
    left = results !== undefined && results.length > 0;
  }
  return true;
}

async function executed(db: Kysely<Schema>): Promise<string[]> {
  const { rows: there } = await sql`select to_regclass('kysely_migration') as table`.execute(db);
  const [found] = there as { table: string | null }[];
  if (!found?.table) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name);
}
