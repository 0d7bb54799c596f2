import { sql } from 'kysely';
import type { FarSideReason } from '../errors.ts';
import type { Enrichment, Glance, Known, Subject } from '../incident/enrichment.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';
import { stateOf } from './glances.ts';
import { redraw } from './incidents.ts';

/** One enricher's turn with one subject, leased to the caller. */
export interface DueEnrichment {
  enricher: string;
  key: string;
  subject: Subject;
  /** Tries before this one. */
  attempts: number;
}

/** What a side may be asked at most, over all replicas. */
export interface SideBudget {
  side: string;
  atOnce: number;
  perMinute: number;
  perDay: number;
}

/** Longer than any enricher may take; a replica that stands still is replaced after it. */
const leaseSeconds = 60;
/** Of a side that asks to be left alone; a day's budget that is used up ends with the day. */
const longestRestSeconds = 3_600;
/** Any fixed number: one replica at a time hands out turns, so that no side is asked for more than its budget. */
const handingOut = 7_240_008;

/**
 * Leases up to `limit` turns, those of the most important incident first, within what each side may be asked: at once, in
 * this minute, on this day. Of one incident those of the lowest `rank` go first; `calls` are those that an enricher makes at
 * most for one subject.
 */
export async function claimToAsk(
  db: Db,
  {
    limit,
    replica,
    budgets,
    enrichers,
  }: {
    limit: number;
    replica: number;
    budgets: SideBudget[];
    enrichers: { enricher: string; calls: number; rank: number }[];
  },
): Promise<DueEnrichment[]> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${handingOut})`.execute(trx);
    // A statement of its own: one that waited for the lock would still see what was there before.
    const { rows } = await sql<{ enricher: string; subject_key: string; subject: Subject; attempts: number }>`
      with budget as (
        select b.*, coalesce(s.rest_until, '-infinity') as rest_until,
          case when s.minute = date_trunc('minute', now()) then s.minute_calls else 0 end as minute_calls,
          case when s.day = date_trunc('day', now(), 'UTC') then s.day_calls else 0 end as day_calls,
          (select count(*) from enrichments r where r.leased_by is not null and r.side = b.side) as running
        from jsonb_to_recordset(${JSON.stringify(budgets)}::jsonb)
          as b (side text, "atOnce" integer, "perMinute" integer, "perDay" integer)
        left join side_budgets s on s.side = b.side
      ),
      offered as (
        select b.side, e.*,
          sum(e.calls) over (
            partition by b.side order by e.priority desc, e.wanted_at, e.rank, e.subject_key
          ) as cost,
          least(b."perMinute" - b.minute_calls, b."perDay" - b.day_calls) as budget_left
        from budget b
        cross join lateral (
          select e.enricher, e.subject_key, e.priority, e.wanted_at, c.calls, c.rank
          from enrichments e
          join jsonb_to_recordset(${JSON.stringify(enrichers)}::jsonb)
            as c (enricher text, calls integer, rank integer) on c.enricher = e.enricher
          where e.side = b.side and e.wanted and e.leased_by is null and ${isDue('e.try_after', longestRestSeconds)}
          order by e.priority desc, e.wanted_at, c.rank, e.subject_key
          limit greatest(b."atOnce" - b.running, 0)
        ) e
        where ${isDue('b.rest_until', longestRestSeconds)}
      ),
      due as (
        select * from offered where cost <= budget_left order by priority desc, wanted_at, rank limit ${limit}
      ),
      spent as (
        insert into side_budgets (side, minute, minute_calls, day, day_calls)
        select side, date_trunc('minute', now()), sum(calls), date_trunc('day', now(), 'UTC'), sum(calls)
        from due group by side
        on conflict (side) do update set
          minute_calls = excluded.minute_calls
            + case when side_budgets.minute = excluded.minute then side_budgets.minute_calls else 0 end,
          minute = excluded.minute,
          day_calls = excluded.day_calls
            + case when side_budgets.day = excluded.day then side_budgets.day_calls else 0 end,
          day = excluded.day
      )
      update enrichments e set leased_by = ${replica}, attempts = e.attempts + 1,
        try_after = now() + make_interval(secs => ${leaseSeconds})
      from due where e.enricher = due.enricher and e.subject_key = due.subject_key
      returning e.enricher, e.subject_key, e.subject, e.attempts`.execute(trx);
    return rows.map((row) => ({
      enricher: row.enricher,
      key: row.subject_key,
      subject: row.subject,
      attempts: row.attempts - 1,
    }));
  });
}

/** Turns of a replica that stands still; those of one that is gone are freed by whoever sees it go. */
export async function freeLapsed(db: Db): Promise<void> {
  await sql`
    update enrichments set leased_by = null, try_after = '-infinity'
    where leased_by is not null and ${isDue('try_after', leaseSeconds)}`.execute(db);
}

/** How one turn ended. `retrySeconds` absent: nobody tries again until `lifetimeSeconds` are over or somebody asks. */
export type Asked = { enricher: string; key: string; lifetimeSeconds: number } & (
  | { answer: Enrichment }
  | { failure: FarSideReason; retrySeconds: number | undefined }
);

/** Incidents are told of an answer that changes, the newest first; more have other news by then. */
const mostRedrawn = 200;

/**
 * Stores how turns ended, in one transaction with the doorbell of the cards that show it otherwise then. Returns the
 * incidents that are concerned.
 */
export async function recordAsked(db: Db, asked: Asked[]): Promise<number[]> {
  const rows = asked.map((one) => ({
    enricher: one.enricher,
    key: one.key,
    lifetime: one.lifetimeSeconds,
    ...('answer' in one
      ? { answer: one.answer, glance: glanceOf(one.answer) }
      : { failure: one.failure, retry: one.retrySeconds }),
  }));
  return db.transaction().execute(async (trx) => {
    const { rows: changed } = await sql<{ subject_key: string }>`
      with told as (
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t (
          enricher text, key text, lifetime integer, answer jsonb, glance jsonb, failure text, retry double precision)
      ),
      held as (
        select e.* from enrichments e join told t on t.enricher = e.enricher and t.key = e.subject_key
        order by e.enricher, e.subject_key for update of e
      ),
      stored as (
        update enrichments e set
          answer = coalesce(t.answer, e.answer), glance = coalesce(t.glance, e.glance),
          answered_at = case when t.failure is null then now() else e.answered_at end,
          expires_at = case when t.retry is null then now() + make_interval(secs => t.lifetime) else e.expires_at end,
          wanted = t.retry is not null, failure = t.failure, leased_by = null,
          is_late = case when t.failure is null then false else e.is_late end,
          attempts = case when t.failure is null then 0 else e.attempts end,
          try_after = case when t.retry is null then '-infinity' else now() + make_interval(secs => t.retry) end
        from told t, held h
        where e.enricher = t.enricher and e.subject_key = t.key
          and h.enricher = e.enricher and h.subject_key = e.subject_key
        returning e.subject_key,
          e.glance is distinct from h.glance or e.failure is distinct from h.failure or h.answered_at is null as news
      )
      select distinct subject_key from stored where news`.execute(trx);
    return redrawConcerned(
      trx,
      changed.map(({ subject_key }) => subject_key),
    );
  });
}

function glanceOf({ traits, verdict, sentence }: Enrichment): Glance {
  return { traits, ...(verdict && { verdict }), ...(sentence !== undefined && { sentence }) };
}

async function redrawConcerned(trx: Trx, keys: string[]): Promise<number[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<{ id: number }>`
    select distinct k.incident_id as id from incident_keys k join incidents i on i.id = k.incident_id
    where k.key = any(${keys}::text[]) and i.status <> 'closed'
    order by id desc limit ${mostRedrawn}`.execute(trx);
  const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
  await redraw(trx, ids);
  return ids;
}

/** The side wants to be left alone for a while, by all replicas. */
export async function restSide(db: Db, side: string, seconds: number): Promise<void> {
  await sql`
    insert into side_budgets (side, rest_until) values (${side}, now() + make_interval(secs => ${seconds}))
    on conflict (side) do update set rest_until = greatest(side_budgets.rest_until, excluded.rest_until)`.execute(
    db,
  );
}

/** What has waited for longer than `seconds` is late from now on, and cards say so. */
export async function tellLate(db: Db, seconds: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ subject_key: string }>`
      update enrichments e set is_late = true
      from (
        select enricher, subject_key from enrichments
        where wanted and not is_late and wanted_at < now() - make_interval(secs => ${seconds})
        order by enricher, subject_key for update skip locked
      ) late
      where e.enricher = late.enricher and e.subject_key = late.subject_key
      returning e.subject_key`.execute(trx);
    await redrawConcerned(trx, [...new Set(rows.map(({ subject_key }) => subject_key))]);
  });
}

/** Who wants to know what, at once: before everything that waits for incidents. */
const askedByPerson = 1_000_000;

/** Wants answers that are not older than their lifetime, or where `anew`, than `leastSeconds`. */
export async function want(
  db: Db,
  wanted: { enricher: string; key: string; subject: Subject; side: string }[],
  { anew, leastSeconds }: { anew: boolean; leastSeconds: number },
): Promise<void> {
  await sql`
    insert into enrichments (enricher, subject_key, subject, side, wanted, priority)
    select w.enricher, w.key, w.subject, w.side, true, ${askedByPerson}
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (enricher text, key text, subject jsonb, side text)
    order by w.enricher, w.key
    on conflict (enricher, subject_key) do update set
      wanted = true, priority = excluded.priority, subject = excluded.subject, is_late = false,
      wanted_at = case when enrichments.wanted then enrichments.wanted_at else now() end,
      attempts = 0, try_after = case when enrichments.leased_by is null then '-infinity' else enrichments.try_after end
    where enrichments.wanted or enrichments.failure is not null or enrichments.expires_at <= now()
      or (${anew} and enrichments.answered_at < now() - make_interval(secs => ${leastSeconds}))`.execute(db);
}

/** Everything that was asked for an incident, to be asked again. */
export async function readAskedOf(
  db: Db,
  incidentId: number,
): Promise<{ enricher: string; key: string; subject: Subject }[]> {
  const { rows } = await sql<{ enricher: string; subject_key: string; subject: Subject }>`
    select e.enricher, e.subject_key, e.subject
    from incident_keys k join enrichments e on e.subject_key = k.key
    where k.incident_id = ${incidentId} and k.place is not null`.execute(db);
  return rows.map(({ enricher, subject_key, subject }) => ({ enricher, key: subject_key, subject }));
}

interface KnownRow {
  enricher: string;
  subject: Subject;
  answer: Enrichment | null;
  answered_at: Date | null;
  state: Known['state'];
  failure: FarSideReason | null;
  wanted: boolean;
}

/** All that is known of an incident and its subjects, in the order in which they are shown. */
export async function readKnownOf(db: Db, incidentId: number): Promise<Known<Enrichment>[]> {
  const { rows } = await sql<KnownRow>`
    select e.enricher, e.subject, e.answer, e.answered_at, ${stateOf} as state, e.failure, e.wanted
    from incident_keys k join enrichments e on e.subject_key = k.key
    where k.incident_id = ${incidentId} and k.place is not null
    order by k.place, e.enricher`.execute(db);
  return rows.map(toKnown);
}

/** All that is known of one subject. */
export async function readKnownBy(db: Db, key: string): Promise<Known<Enrichment>[]> {
  const { rows } = await sql<KnownRow>`
    select e.enricher, e.subject, e.answer, e.answered_at, ${stateOf} as state, e.failure, e.wanted
    from enrichments e where e.subject_key = ${key} order by e.enricher`.execute(db);
  return rows.map(toKnown);
}

function toKnown(row: KnownRow): Known<Enrichment> {
  return {
    enricher: row.enricher,
    subject: row.subject,
    answer: row.answer ?? undefined,
    answeredAt: row.answered_at?.toISOString(),
    state: row.state,
    failure: row.failure ?? undefined,
    isTriedAgain: row.wanted,
  };
}

/** How each enricher fares: subjects that it knows, and of those that failed last, the newest reason. */
export async function readHealth(
  db: Db,
): Promise<Map<string, { answered: number; failed: number; failure: FarSideReason | undefined }>> {
  const { rows } = await sql<{
    enricher: string;
    answered: number;
    failed: number;
    failure: FarSideReason | null;
  }>`
    select enricher, count(*) filter (where failure is null and answered_at is not null)::integer as answered,
      count(*) filter (where failure is not null)::integer as failed,
      (array_agg(failure order by wanted_at desc) filter (where failure is not null))[1] as failure
    from enrichments where wanted_at > now() - interval '1 day' group by enricher`.execute(db);
  return new Map(
    rows.map(({ enricher, failure, ...counts }) => [enricher, { ...counts, failure: failure ?? undefined }]),
  );
}

/** What has not been wanted for so many days, whatever it is about. */
export async function forgetEnrichments(db: Db, days: number): Promise<void> {
  await sql`
    delete from enrichments e
    where not wanted and leased_by is null and wanted_at < now() - make_interval(days => ${days})
      and not exists (
        select from incident_keys k join incidents i on i.id = k.incident_id
        where k.key = e.subject_key and i.status <> 'closed'
      )`.execute(db);
}
