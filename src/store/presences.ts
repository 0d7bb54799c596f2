import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Db } from './database.ts';

/** Somebody is here. After so long a pause they come back, and what was before it is when they left. */
const pause = sql`interval '30 minutes'`;

export async function notePresence(db: Db, personId: string, at: Instant): Promise<void> {
  await sql`
    insert into presences (person_id, seen_at) values (${personId}, ${at})
    on conflict (person_id) do update set
      left_at = case when excluded.seen_at - presences.seen_at > ${pause} then presences.seen_at
        else presences.left_at end,
      seen_at = greatest(presences.seen_at, excluded.seen_at)`.execute(db);
}

/** When they left before they came back this time; `undefined` of whoever has not been away yet. */
export async function leftAt(db: Db, personId: string): Promise<Instant | undefined> {
  const { rows } = await sql<{ left_at: Date | null }>`
    select left_at from presences where person_id = ${personId}`.execute(db);
  return rows[0]?.left_at?.toISOString();
}
