import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Drills } from '../incident/digest.ts';
import { type Drill, drillKey, type StepResult } from '../incident/drill.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';

/** No lease is longer. */
const longestDrillLeaseSeconds = 60;

/** A drill as it stands. */
export interface StoredDrill {
  drill: Drill;
  played: number;
  /** Who wants it to be over; `undefined` where nobody does. */
  stopBy: string | undefined;
  /** `undefined` while it is played. */
  ended: { why: 'done' | 'time' | 'stopped'; at: Instant } | undefined;
}

interface DrillRow {
  number: number;
  body: Omit<Drill, 'number'>;
  played: number;
  stop_by: string | null;
  ended: 'done' | 'time' | 'stopped' | null;
  ended_at: Date | null;
}

function toDrill({ number, body, played, stop_by, ended, ended_at }: DrillRow): StoredDrill {
  return {
    drill: { ...body, number },
    played,
    stopBy: stop_by ?? undefined,
    ended: ended && ended_at ? { why: ended, at: ended_at.toISOString() } : undefined,
  };
}

/** Its number; `undefined` where one is played already, or where this one was asked for before. */
export async function insertDrill(
  trx: Db | Trx,
  drill: Omit<Drill, 'number'>,
  asked: string | undefined,
): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`
    insert into drills (asked, body, started_at, next_at)
    select ${asked ?? null}::text, ${JSON.stringify(drill)}::jsonb, ${drill.startedAt}::timestamptz, ${drill.startedAt}::timestamptz
    -- Whoever is refused takes no number.
    where not exists (select from drills where playing)
    on conflict do nothing
    returning number`.execute(trx);
  return rows[0]?.number;
}

/** Whether a drill was begun for that already. */
export async function wasAsked(db: Db, asked: string): Promise<boolean> {
  const { rows } = await sql`select from drills where asked = ${asked}`.execute(db);
  return rows.length > 0;
}

/** Leases the drill about which something is to be done `by` then. */
export async function claimDrill(
  db: Db,
  { by, leaseSeconds, replica }: { by: Instant; leaseSeconds: number; replica: number },
): Promise<StoredDrill | undefined> {
  const { rows } = await sql<DrillRow>`
    with due as (
      select number from drills
      where playing and next_at <= ${by}::timestamptz and ${isDue('try_after', longestDrillLeaseSeconds)}
      limit 1 for update skip locked
    )
    update drills d set try_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    from due where d.number = due.number
    returning d.*`.execute(db);
  return rows[0] && toDrill(rows[0]);
}

/** So many of its alerts were played; looked at again then. */
export async function goOnDrill(
  db: Db,
  number: number,
  { played, nextAt }: { played: number; nextAt: Instant },
): Promise<void> {
  await sql`
    update drills set played = greatest(played, ${played}::integer),
      next_at = case when stop_by is null then ${nextAt}::timestamptz else next_at end,
      try_after = '-infinity', leased_by = null
    where number = ${number} and playing`.execute(db);
}

/** Whether there was one to stop. */
export async function wantDrillStopped(db: Db, by: string, at: Instant): Promise<StoredDrill | undefined> {
  const { rows } = await sql<DrillRow>`
    update drills set stop_by = coalesce(stop_by, ${by}), next_at = least(next_at, ${at}::timestamptz)
    where playing returning *`.execute(db);
  return rows[0] && toDrill(rows[0]);
}

/** It is over, with what came of it; false where it was already. */
export async function endDrill(
  trx: Trx,
  number: number,
  { why, at, results }: { why: 'done' | 'time' | 'stopped'; at: Instant; results: StepResult[] },
): Promise<boolean> {
  const { rows } = await sql`
    update drills set playing = false, ended = ${why}, ended_at = ${at}::timestamptz, next_at = null,
      try_after = '-infinity', leased_by = null
    where number = ${number} and playing returning number`.execute(trx);
  if (rows.length === 0) return false;
  const steps = results.map((result, place) => ({
    place,
    step: result.step,
    label: result.label,
    goal_seconds: result.goalSeconds,
    took_seconds: result.tookSeconds ?? null,
    outcome: result.outcome,
    note: result.note,
  }));
  await sql`
    insert into drill_results (drill, place, step, label, goal_seconds, took_seconds, outcome, note)
    select ${number}::integer, r.* from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) as r (
      place integer, step text, label text, goal_seconds integer, took_seconds integer, outcome text, note text)
    on conflict do nothing`.execute(trx);
  return true;
}

/** One drill, or the newest. */
export async function readDrill(db: Db, number: number | undefined): Promise<StoredDrill | undefined> {
  const { rows } = await sql<DrillRow>`
    select * from drills where ${number === undefined ? sql`true` : sql`number = ${number}`}
    order by number desc limit 1`.execute(db);
  return rows[0] && toDrill(rows[0]);
}

export async function readPlaying(db: Db): Promise<StoredDrill | undefined> {
  const { rows } = await sql<DrillRow>`select * from drills where playing`.execute(db);
  return rows[0] && toDrill(rows[0]);
}

/** What was measured of a drill that is over, step by step. */
export async function readResults(db: Db, number: number): Promise<StepResult[]> {
  const { rows } = await sql<{
    step: StepResult['step'];
    label: string;
    goal_seconds: number;
    took_seconds: number | null;
    outcome: StepResult['outcome'];
    note: string;
  }>`
    select step, label, goal_seconds, took_seconds, outcome, note from drill_results
    where drill = ${number} order by place`.execute(db);
  return rows.map(({ step, label, goal_seconds, took_seconds, outcome, note }) => ({
    step,
    label,
    goalSeconds: goal_seconds,
    tookSeconds: took_seconds ?? undefined,
    outcome,
    note,
  }));
}

/** Drills that ended from then on and before then, oldest first. */
export async function drillsEnded(db: Db, from: Instant, to: Instant): Promise<Drills['ended']> {
  const { rows } = await sql<{
    number: number;
    title: string;
    steps: number;
    in_time: number;
    missed: number;
  }>`
    select d.number, d.body -> 'scenario' ->> 'title' as title, count(r.place)::integer as steps,
      (count(*) filter (where r.outcome = 'in time'))::integer as in_time,
      (count(*) filter (where r.outcome = 'missed'))::integer as missed
    from drills d left join drill_results r on r.drill = d.number
    where d.ended_at >= ${from}::timestamptz and d.ended_at < ${to}::timestamptz
    group by d.number order by d.ended_at`.execute(db);
  return rows.map(({ number, title, steps, in_time, missed }) => ({
    number,
    title,
    steps,
    inTime: in_time,
    missed,
  }));
}

/** Incidents of a drill, oldest first. */
export async function incidentsOfDrill(db: Db | Trx, number: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct incident_id as id from alerts
    where source = 'drill' and starts_with(source_id, ${`${drillKey(number)}/`}) order by id`.execute(db);
  return rows.map(({ id }) => Number(id));
}

/** When its first card was there; `undefined` where none is. */
export async function firstCardOf(db: Db, incidents: number[]): Promise<Instant | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(posted_at) as at from cards
    where incident_id = any(${incidents}::bigint[]) and part = 'card' and ref is not null`.execute(db);
  return rows[0]?.at?.toISOString();
}

/** Somebody asked what is known about it; the first time counts. */
export async function noteDrillLook(
  db: Db,
  { incident, personId, person, at }: { incident: number; personId: string; person: string; at: Instant },
): Promise<void> {
  await sql`
    insert into drill_looks (incident_id, person_id, person, at)
    values (${incident}, ${personId}, ${person}, ${at}::timestamptz) on conflict do nothing`.execute(db);
}

/** Who asked what is known, or the logs, and when first. */
export async function looksAt(db: Db, incidents: number[]): Promise<{ at: Instant; by: string }[]> {
  const { rows } = await sql<{ at: Date; by: string }>`
    select at, person as by from drill_looks where incident_id = any(${incidents}::bigint[])
    union all
    select asked_at, person ->> 'name' from queries where incident_id = any(${incidents}::bigint[])
    order by at`.execute(db);
  return rows.map(({ at, by }) => ({ at: at.toISOString(), by: by ?? '' }));
}
