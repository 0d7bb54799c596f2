import { type Kysely, sql } from 'kysely';

/** Which incidents are for named people only: few, and asked for whenever many are listed. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create index incidents_restricted on incidents (id) where state -> 'restrictedTo' is not null`.execute(
    db,
  );
}
