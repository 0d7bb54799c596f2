import { sql } from 'kysely';
import type { FarSideReason } from '../errors.ts';
import type { Enrichment, Glance, Subject } from '../incident/enrichment.ts';
import type { Db } from './database.ts';
import { isDue } from './due.ts';
import { noteNews } from './enrichment-news.ts';

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
/** For which a side may ask to be left alone; a row that rests longer is taken for one of a clock set back. */
export const longestRestSeconds = 3_600;
/** Any fixed number: one replica at a time hands out turns, so that no side is asked for more than its budget. */
const handingOut = 7_240_008;

/**
 * Leases up to `limit` turns, those of the most important incident first, within what each side may be asked: at once, in
 * this minute, on this day. Of one incident those of the lowest rank go first; `calls` are those that an enricher makes at
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
    enrichers: { enricher: string; calls: number }[];
  },
): Promise<DueEnrichment[]> {
  const names = enrichers.map(({ enricher }) => enricher);
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
        select b.side, e.*, c.calls,
          sum(c.calls) over (
            partition by b.side order by e.priority desc, e.wanted_at, e.rank, e.subject_key
          ) as cost,
          least(b."perMinute" - b.minute_calls, b."perDay" - b.day_calls) as budget_left
        from budget b
        cross join lateral (
          select e.enricher, e.subject_key, e.priority, e.wanted_at, e.rank
          from enrichments e
          where e.side = b.side and e.wanted and e.leased_by is null and e.enricher = any(${names}::text[])
            and ${isDue('e.try_after', longestRestSeconds)}
          order by e.priority desc, e.wanted_at, e.rank
          limit greatest(b."atOnce" - b.running, 0)
        ) e
        join jsonb_to_recordset(${JSON.stringify(enrichers)}::jsonb) as c (enricher text, calls integer)
          on c.enricher = e.enricher
        where ${isDue('b.rest_until', longestRestSeconds)}
      ),
      due as (
        select * from offered where cost <= budget_left order by priority desc, wanted_at, rank limit ${limit}
      ),
      held as (
        -- Whoever wants it once more just now is not waited for: the next look has it.
        select d.side, d.calls, e.enricher, e.subject_key
        from enrichments e join due d on d.enricher = e.enricher and d.subject_key = e.subject_key
        where e.wanted and e.leased_by is null
        for update of e skip locked
      ),
      spent as (
        insert into side_budgets (side, minute, minute_calls, day, day_calls)
        select side, date_trunc('minute', now()), sum(calls), date_trunc('day', now(), 'UTC'), sum(calls)
        from held group by side
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
      from held h where e.enricher = h.enricher and e.subject_key = h.subject_key
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
    update enrichments e set leased_by = null, try_after = '-infinity'
    from (
      select enricher, subject_key from enrichments
      where leased_by is not null and ${isDue('try_after', leaseSeconds)} for update skip locked
    ) lapsed
    where e.enricher = lapsed.enricher and e.subject_key = lapsed.subject_key`.execute(db);
}

/** How one turn ended. `retrySeconds` absent: nobody tries again until `lifetimeSeconds` are over or somebody asks. */
export type Asked = { enricher: string; key: string; lifetimeSeconds: number } & (
  | { answer: Enrichment }
  | { failure: FarSideReason; retrySeconds: number | undefined }
);

/**
 * Stores how turns ended that `replica` still holds, in one transaction with the news for all incidents that it
 * concerns. Whether there is any.
 */
export async function recordAsked(db: Db, asked: Asked[], replica: number): Promise<boolean> {
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
        where e.leased_by = ${replica}
        order by e.enricher, e.subject_key for update of e
      ),
      stored as (
        update enrichments e set
          answer = coalesce(t.answer, e.answer), glance = coalesce(t.glance, e.glance),
          answered_at = case when t.failure is null then now() else e.answered_at end,
          expires_at = case when t.retry is null then now() + make_interval(secs => t.lifetime) else e.expires_at end,
          wanted = t.retry is not null, failure = t.failure, leased_by = null,
          priority = case when t.retry is null then 0 else e.priority end,
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
    await noteNews(
      trx,
      changed.map(({ subject_key }) => subject_key),
    );
    return changed.length > 0;
  });
}

function glanceOf({ traits, verdict, sentence }: Enrichment): Glance {
  return { traits, ...(verdict && { verdict }), ...(sentence !== undefined && { sentence }) };
}

/** The side wants to be left alone for a while, by all replicas. */
export async function restSide(db: Db, side: string, seconds: number): Promise<void> {
  await sql`
    insert into side_budgets (side, rest_until) values (${side}, now() + make_interval(secs => ${seconds}))
    on conflict (side) do update set rest_until = greatest(side_budgets.rest_until, excluded.rest_until)`.execute(
    db,
  );
}

/** Rows that become late in one go; the rest a moment later. */
const mostLate = 1_000;

/** What has waited for longer than `seconds` is late from now on, and cards say so. */
export async function tellLate(db: Db, seconds: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ subject_key: string }>`
      update enrichments e set is_late = true
      from (
        select enricher, subject_key from enrichments
        where wanted and not is_late and wanted_at < now() - make_interval(secs => ${seconds})
        order by wanted_at limit ${mostLate} for update skip locked
      ) late
      where e.enricher = late.enricher and e.subject_key = late.subject_key
      returning e.subject_key`.execute(trx);
    await noteNews(trx, [...new Set(rows.map(({ subject_key }) => subject_key))]);
  });
}

/** One turn that somebody would like to have. */
export interface Wanted {
  enricher: string;
  key: string;
  subject: Subject;
  side: string;
  /** The lower, the earlier among those of one side. */
  rank: number;
}

/**
 * What the row of a wanted turn becomes where there is one: the first to name a subject is believed, others fill in
 * what it left out, for whoever names it next may know less, or lie.
 */
export const wantedAnew = sql`
  wanted = true, side = excluded.side, rank = excluded.rank,
  subject = excluded.subject || (
    select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(enrichments.subject) where value <> '""'
  ),
  wanted_at = case when enrichments.wanted then enrichments.wanted_at else now() end`;

/** Who wants to know what, at once: before everything that waits for incidents. */
const askedByPerson = 1_000_000;

/** Wants answers that are not older than their lifetime, or where `anew`, than `leastSeconds`. */
export async function want(
  db: Db,
  wanted: Wanted[],
  { anew, leastSeconds }: { anew: boolean; leastSeconds: number },
): Promise<void> {
  await sql`
    insert into enrichments (enricher, subject_key, subject, side, rank, wanted, priority)
    select w.enricher, w.key, w.subject, w.side, w.rank, true, ${askedByPerson}
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as w (enricher text, key text, subject jsonb, side text, rank integer)
    order by w.enricher, w.key
    on conflict (enricher, subject_key) do update set
      ${wantedAnew}, priority = excluded.priority, is_late = false, attempts = 0,
      -- Of one that failed somebody waits for the next answer, not for the last.
      failure = null,
      try_after = case when enrichments.leased_by is null then '-infinity' else enrichments.try_after end
    where enrichments.wanted or enrichments.failure is not null or enrichments.expires_at <= now()
      or (${anew} and enrichments.answered_at < now() - make_interval(secs => ${leastSeconds}))`.execute(db);
}

/** Turns of enrichers that are turned off or gone are wanted by nobody. */
export async function dropOthers(db: Db, enrichers: string[]): Promise<void> {
  await sql`delete from enrichments where wanted and enricher <> all(${enrichers}::text[])`.execute(db);
}
