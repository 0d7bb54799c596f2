import { type Kysely, sql } from 'kysely';

/** Who lets us ask logs in their name: the refresh token that Entra gave for it, sealed. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table delegations (
      person_id text primary key,
      sealed text not null,
      allowed_at timestamptz not null
    )`.execute(db);
}
