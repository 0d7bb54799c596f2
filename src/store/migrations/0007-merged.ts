import { type Kysely, sql } from 'kysely';

/** What was merged into an incident: few, and looked for whenever it is decided who may see the whole. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create index incidents_merged on incidents ((state ->> 'mergedInto'))
    where state ->> 'mergedInto' is not null`.execute(db);
}
