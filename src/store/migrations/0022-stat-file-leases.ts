import { type Kysely, sql } from 'kysely';

/** Who is handing numbers over: what a process that died had in hand another takes up at once. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table stat_files add column leased_by integer`.execute(db);
  await sql`create index stat_files_leased on stat_files (leased_by) where leased_by is not null`.execute(db);
}
