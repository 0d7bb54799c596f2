import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';

/** No lease or pause is longer. */
export const longestHuntPauseSeconds = 900;
/** Queries that Azure runs at the same time for one name; people have all but one of them. */
const azuresPlaces = 5;
/** Any fixed number: one replica at a time looks which hunt is next, so that no two run at once. */
const choosing = 7_240_007;

/** A run that is due, leased to the caller. */
export interface DueHunt {
  key: string;
  /** Up to when it looks. */
  slot: Instant;
  /** Up to when runs before it have looked; `undefined` before the first. */
  seenTo: Instant | undefined;
  /** Tries that this run had before. */
  attempts: number;
  told: boolean;
}

/** Makes a schedule known. The first run is at once; whole seconds, because JavaScript has no microseconds. */
export async function registerHunt(db: Db, key: string, everySeconds: number): Promise<void> {
  await sql`
    insert into scheduled_hunts (key, every_seconds, next_at) values (${key}, ${everySeconds}, date_trunc('second', now()))
    on conflict (key) do update set every_seconds = excluded.every_seconds`.execute(db);
}

/**
 * Leases the hunt that has been due for longest, unless one is running already: hunts take one of Azure's places and leave
 * the others to people. What was missed for a while is one run, up to the last time it was due.
 */
export async function claimHunt(
  db: Db,
  { keys, leaseSeconds, replica }: { keys: string[]; leaseSeconds: number; replica: number },
): Promise<DueHunt | undefined> {
  const due = isDue('h.try_after', longestHuntPauseSeconds);
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${choosing})`.execute(trx);
    const { rows } = await sql<{
      key: string;
      slot: Date;
      seen_to: Date | null;
      attempts: number;
      told: boolean;
    }>`
      with next as (
        select h.key from scheduled_hunts h
        where h.key = any(${keys}::text[]) and h.next_at <= now() and ${due}
          and not exists (
            select from scheduled_hunts r
            where r.leased_by is not null and not ${isDue('r.try_after', longestHuntPauseSeconds)}
          )
          and not exists (
            select from query_rests s where s.identity = 'bot' and not ${isDue('s.rest_until', longestHuntPauseSeconds)}
          )
          and (select count(*) from queries q where q.identity = 'bot' and q.state = 'running' and q.run_until > now())
            < ${azuresPlaces}
        order by h.next_at, h.key limit 1
      )
      update scheduled_hunts h set
        slot = coalesce(h.slot, h.next_at + make_interval(secs =>
          floor(extract(epoch from now() - h.next_at) / h.every_seconds) * h.every_seconds)),
        try_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
      from next where h.key = next.key
      returning h.key, h.slot, h.seen_to, h.attempts, h.told`.execute(trx);
    const [row] = rows;
    return (
      row && {
        key: row.key,
        slot: row.slot.toISOString(),
        seenTo: row.seen_to?.toISOString(),
        attempts: row.attempts,
        told: row.told,
      }
    );
  });
}

/** Milliseconds until the next of these is due, at most a minute. */
export async function nextHuntMs(db: Db, keys: string[]): Promise<number> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(greatest(next_at, try_after)) - now()) * 1000)::float8 as ms from scheduled_hunts
    where key = any(${keys}::text[])`.execute(db);
  return Math.min(60_000, Math.max(500, rows[0]?.ms ?? 60_000));
}

/** It ran up to its slot, and what it found is accepted. False where another run of it has ended before. */
export async function recordHunted(db: Db | Trx, { key, slot }: DueHunt, found: number): Promise<boolean> {
  const { rows } = await sql`
    update scheduled_hunts set
      next_at = slot + make_interval(secs => every_seconds), seen_to = slot, slot = null, attempts = 0,
      try_after = '-infinity', leased_by = null, told = false, failure = null, found = ${found}
    where key = ${key} and slot = ${slot}::timestamptz
    returning key`.execute(db);
  return rows.length > 0;
}

/** It did not work, and is tried again after a pause. */
export async function postponeHunt(
  db: Db,
  { key, slot }: DueHunt,
  { pauseSeconds, failure, isTry }: { pauseSeconds: number; failure: string; isTry: boolean },
): Promise<void> {
  await sql`
    update scheduled_hunts set attempts = attempts + ${isTry ? 1 : 0}::integer, failure = ${failure}, leased_by = null,
      try_after = now() + make_interval(secs => ${pauseSeconds})
    where key = ${key} and slot = ${slot}::timestamptz`.execute(db);
}

/** This run is given up; the next one looks at its time as well. People are told of it now, or were before. */
export async function giveUpHunt(db: Db | Trx, { key, slot }: DueHunt, failure: string): Promise<boolean> {
  const { rows } = await sql`
    update scheduled_hunts set
      next_at = slot + make_interval(secs => every_seconds), slot = null, attempts = 0,
      try_after = '-infinity', leased_by = null, told = true, failure = ${failure}
    where key = ${key} and slot = ${slot}::timestamptz
    returning key`.execute(db);
  return rows.length > 0;
}
