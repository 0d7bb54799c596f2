import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Db } from './database.ts';

/** A schedule that is kept elsewhere, as it was read last. */
export interface StoredSchedule {
  key: string;
  turns: { who: string; from: number; to: number }[];
  /** `undefined` where it could not be read yet. */
  readAt: Instant | undefined;
  /** Since when it cannot be read, and why. */
  failing: { since: Instant; reason: string } | undefined;
}

export async function readSchedules(db: Db, keys: readonly string[]): Promise<StoredSchedule[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<{
    key: string;
    turns: StoredSchedule['turns'];
    read_at: Date | null;
    failed_since: Date | null;
    failure: string | null;
  }>`select * from on_call_schedules where key = any(${[...keys]}::text[])`.execute(db);
  return rows.map((row) => ({
    key: row.key,
    turns: row.turns,
    readAt: row.read_at?.toISOString(),
    failing: row.failed_since
      ? { since: row.failed_since.toISOString(), reason: row.failure ?? '' }
      : undefined,
  }));
}

export async function recordSchedule(
  db: Db,
  key: string,
  turns: StoredSchedule['turns'],
  at: Instant,
): Promise<void> {
  await sql`
    insert into on_call_schedules (key, turns, read_at) values (${key}, ${JSON.stringify(turns)}::jsonb, ${at})
    on conflict (key) do update set turns = excluded.turns, read_at = excluded.read_at, failed_since = null,
      failure = null`.execute(db);
}

/** What was read before stays what is known. */
export async function recordScheduleFailure(db: Db, key: string, reason: string, at: Instant): Promise<void> {
  await sql`
    insert into on_call_schedules (key, failed_since, failure) values (${key}, ${at}, ${reason})
    on conflict (key) do update set failure = excluded.failure,
      failed_since = coalesce(on_call_schedules.failed_since, excluded.failed_since)`.execute(db);
}
