import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

const memory = sql`interval '15 minutes'`;

/** Whether this request was not seen in the last 15 minutes; it has been from now on. */
export async function isFirstTime(db: Db | Trx, key: string): Promise<boolean> {
  const { rows } = await sql`
    insert into seen_requests (key) values (${key})
    on conflict (key) do update set at = now() where seen_requests.at < now() - ${memory}
    returning key`.execute(db);
  return rows.length > 0;
}

/** Whether this request was seen in the last 15 minutes. */
export async function isSeen(db: Db, key: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from seen_requests where key = ${key} and at >= now() - ${memory}`.execute(db);
  return rows.length > 0;
}

export async function forgetSeen(db: Db): Promise<void> {
  await sql`delete from seen_requests where at < now() - ${memory}`.execute(db);
}
