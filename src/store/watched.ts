import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Db } from './database.ts';

/** Incidents whose limits somebody is to look at by then, those that wait longest first. */
export async function findWatched(db: Db, { by, limit }: { by: Instant; limit: number }): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from incidents where watch_at <= ${by}::timestamptz order by watch_at, id limit ${limit}`.execute(
    db,
  );
  return rows.map(({ id }) => Number(id));
}

/** When the next one is due; `undefined` where none is. */
export async function nextWatched(db: Db): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(watch_at) as at from incidents where watch_at is not null`.execute(db);
  return rows[0]?.at ?? undefined;
}

/** Somebody looked at it as it was then, and nothing was due. */
export async function recordWatched(
  db: Db,
  { id, version }: { id: number; version: number },
  next: Instant | undefined,
): Promise<void> {
  await sql`
    update incidents set watch_at = ${next ?? null}::timestamptz
    where id = ${id} and version = ${version}`.execute(db);
}
