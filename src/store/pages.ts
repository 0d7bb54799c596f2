import { sql } from 'kysely';
import type { Status } from '../incident/alert.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';

/** Between two tries, and no lease is longer. */
export const longestPagePauseSeconds = 300;
/** At five minutes apart about eight hours: no telephone rings that long. */
const mostInDoubt = 100;

/** What a paging service can be told of an incident. */
export type PageDeed = 'trigger' | 'acknowledge' | 'resolve';

/** Somebody is called by the paging service: once the transaction is, it is told. What it says is of the last call. */
export async function addPage(
  trx: Trx,
  { incident, status, body }: { incident: number; status: Status; body: object },
  trace: string | undefined,
): Promise<void> {
  await sql`
    insert into pages (incident_id, called_status, body, trace)
    values (${incident}, ${status}, ${JSON.stringify(body)}::jsonb, ${trace ?? null})
    on conflict (incident_id) do update set calls = pages.calls + 1, called_status = excluded.called_status,
      body = excluded.body, trace = excluded.trace,
      told = case when pages.told = 'resolve' then null else pages.told end, attempts = 0, failure = null,
      try_after = case when pages.leased_by is null then '-infinity' else pages.try_after end`.execute(trx);
}

/** What the paging service is to be told, leased to the caller. */
export interface DuePage {
  incident: number;
  deed: PageDeed;
  calls: number;
  body: object;
  attempts: number;
  trace: string | undefined;
  /** What it had been told, or may have been, before this. */
  told: PageDeed | null;
}

/**
 * Leases up to `limit` pages that are behind their incident. What is over before anybody was told of it is told to nobody.
 *
 * A trigger counts as told from here on, before it is sent: a telephone may ring although the answer was lost or we died
 * before it came, and then only `acknowledge` or `resolve` ends that. That it was taken is what `told_calls` says.
 */
export async function claimPages(
  db: Db,
  { limit, leaseSeconds, replica }: { limit: number; leaseSeconds: number; replica: number },
): Promise<DuePage[]> {
  const { rows } = await sql<{
    incident_id: number;
    deed: PageDeed;
    calls: number;
    body: object;
    attempts: number;
    trace: string | null;
    told: PageDeed | null;
  }>`
    with due as (
      select p.incident_id, p.told, case
        when i.status = 'closed' then 'resolve'
        when p.calls > p.told_calls and i.status = p.called_status then 'trigger'
        else 'acknowledge' end as deed
      from pages p join incidents i on i.id = p.incident_id
      where p.told is distinct from 'resolve' and ${isDue('p.try_after', longestPagePauseSeconds)} and case
        -- Of a trigger of which nobody knows whether it was taken the end is not told for ever.
        when i.status = 'closed' then p.told is not null and (p.told_calls > 0 or p.attempts < ${mostInDoubt})
        -- Nobody is called about what somebody has by now, but for whoever has it and calls for more hands.
        when p.calls > p.told_calls and i.status = p.called_status then true
        else p.told = 'trigger' and p.called_status = 'new' and i.status = 'active' end
      order by p.try_after limit ${limit}
      for update of p skip locked
    )
    update pages p set try_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica},
      told = case when due.deed = 'trigger' then 'trigger' else p.told end
    from due where p.incident_id = due.incident_id
    returning p.incident_id, due.deed, p.calls, p.body, p.attempts, p.trace, due.told`.execute(db);
  return rows.map((row) => ({
    incident: Number(row.incident_id),
    deed: row.deed,
    calls: row.calls,
    body: row.body,
    attempts: row.attempts,
    trace: row.trace ?? undefined,
    told: row.told,
  }));
}

type Told = Pick<DuePage, 'incident' | 'deed' | 'calls'>;

/** The service has taken it. Somebody called anew while it was being told that all is over is still to be called. */
export async function recordPage(db: Db, { incident, deed, calls }: Told): Promise<void> {
  await sql`
    update pages set told = case when ${deed === 'resolve'} and calls > ${calls} then null else ${deed}::text end,
      told_calls = ${calls}, attempts = 0, failure = null, try_after = '-infinity',
      leased_by = null
    where incident_id = ${incident}`.execute(db);
}

/** It is told again after a pause. What it has certainly not taken rings nowhere, so that nothing is to be ended for it. */
export async function postponePage(
  db: Db,
  { incident, told }: Pick<DuePage, 'incident' | 'told'>,
  { pauseSeconds, failure, maybeTaken }: { pauseSeconds: number; failure: string; maybeTaken: boolean },
): Promise<void> {
  await sql`
    update pages set attempts = attempts + 1, failure = ${failure}, leased_by = null,
      try_after = now() + make_interval(secs => ${pauseSeconds}),
      told = case when ${maybeTaken} then told else ${told}::text end
    where incident_id = ${incident}`.execute(db);
}
