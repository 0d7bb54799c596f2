import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What this person let us have, sealed. */
export async function readDelegation(db: Db, personId: string): Promise<string | undefined> {
  const { rows } = await sql<{ sealed: string }>`
    select sealed from delegations where person_id = ${personId}`.execute(db);
  return rows[0]?.sealed;
}

/** Takes the place of what they let us have before. */
export async function saveDelegation(
  db: Db,
  delegation: { personId: string; sealed: string; at: Date },
): Promise<void> {
  const { personId, sealed, at } = delegation;
  await sql`
    insert into delegations (person_id, sealed, allowed_at) values (${personId}, ${sealed}, ${at})
    on conflict (person_id) do update set sealed = excluded.sealed, allowed_at = excluded.allowed_at`.execute(
    db,
  );
}

/** A renewed one; nothing where it was taken back, or renewed by another replica, meanwhile. */
export async function renewDelegation(
  db: Db,
  personId: string,
  { before, sealed }: { before: string; sealed: string },
): Promise<void> {
  await sql`
    update delegations set sealed = ${sealed} where person_id = ${personId} and sealed = ${before}`.execute(
    db,
  );
}

/** True where there was one; of a given one only that. */
export async function removeDelegation(db: Db, personId: string, sealed?: string): Promise<boolean> {
  const { rows } = await sql`
    delete from delegations
    where person_id = ${personId} and sealed = coalesce(${sealed ?? null}, sealed)
    returning 1`.execute(db);
  return rows.length > 0;
}
