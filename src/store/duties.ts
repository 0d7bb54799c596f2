import { sql } from 'kysely';
import type { Db } from './database.ts';
import { isDue } from './due.ts';

/** No lease or pause is longer. */
export const longestDutyPauseSeconds = 900;

/** A duty whose time has come, leased to the caller. */
export interface DueDuty {
  name: string;
  at: Date;
  attempts: number;
}

/** Makes a duty known. One whose schedule is another than before begins anew. */
export async function registerDuty(
  db: Db,
  { name, schedule, next }: { name: string; schedule: string; next: Date },
): Promise<void> {
  await sql`
    insert into duties (name, schedule, next_at) values (${name}, ${schedule}, ${next.toISOString()}::timestamptz)
    on conflict (name) do update set schedule = excluded.schedule, next_at = excluded.next_at, attempts = 0
    where duties.schedule <> excluded.schedule`.execute(db);
}

/** Leases the one of these that has been due for longest, by the product's clock. */
export async function claimDuty(
  db: Db,
  {
    names,
    now,
    leaseSeconds,
    replica,
  }: { names: string[]; now: Date; leaseSeconds: number; replica: number },
): Promise<DueDuty | undefined> {
  const { rows } = await sql<{ name: string; next_at: Date; attempts: number }>`
    with due as (
      select name from duties
      where name = any(${names}::text[]) and next_at <= ${now.toISOString()}::timestamptz
        and ${isDue('try_after', longestDutyPauseSeconds)}
      order by next_at, name limit 1
      for update skip locked
    )
    update duties d set try_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    from due where d.name = due.name
    returning d.name, d.next_at, d.attempts`.execute(db);
  const [row] = rows;
  return row && { name: row.name, at: row.next_at, attempts: row.attempts };
}

/** When the next of these can be done; `undefined` where there is none. */
export async function nextDutyAt(db: Db, names: string[]): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(greatest(next_at, try_after)) as at from duties
    where name = any(${names}::text[])`.execute(db);
  return rows[0]?.at ?? undefined;
}

/** It is done for this time, or given up with a failure. False where somebody else was faster. */
export async function endDuty(
  db: Db,
  { name, at }: DueDuty,
  { next, failure }: { next: Date; failure: string | undefined },
): Promise<boolean> {
  const { rows } = await sql`
    update duties set next_at = ${next.toISOString()}::timestamptz, attempts = 0, try_after = '-infinity',
      leased_by = null, failure = ${failure ?? null},
      done_at = case when ${failure === undefined} then ${at.toISOString()}::timestamptz else done_at end
    where name = ${name} and next_at = ${at.toISOString()}::timestamptz
    returning name`.execute(db);
  return rows.length > 0;
}

/** It did not work, and is tried again after a pause. */
export async function postponeDuty(
  db: Db,
  { name, at }: DueDuty,
  { pauseSeconds, failure, isTry }: { pauseSeconds: number; failure: string; isTry: boolean },
): Promise<void> {
  await sql`
    update duties set attempts = attempts + ${isTry ? 1 : 0}::integer, failure = ${failure}, leased_by = null,
      try_after = now() + make_interval(secs => ${pauseSeconds})
    where name = ${name} and next_at = ${at.toISOString()}::timestamptz`.execute(db);
}
