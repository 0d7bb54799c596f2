import { sql } from 'kysely';
import type { FarSideReason } from '../errors.ts';
import type { Alert, Instant, SourceName } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { Stance } from '../incident/stance.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';

/** Between two tries, and no lease is longer; what a source asks for beyond it is cut to this. */
export const longestPauseSeconds = 300;

/** An alert whose source does not hold yet what people decided, leased to the caller. */
export interface Unwritten {
  incident: Incident;
  /** As its source last showed it. */
  alert: Alert;
  /** What the incident said when the source last held the same. */
  held: Stance;
  attempts: number;
  failedBefore: boolean;
  /** When people decided what it lacks. */
  behindSince: Instant;
  trace: string | undefined;
}

/**
 * Leases up to `limit` alerts whose sources hold less than people decided, the most important first. One at a time
 * an alert: a close and a reopen that overtook each other would leave the source closed.
 */
export async function claimUnwritten(
  db: Db,
  { limit, leaseSeconds, replica }: { limit: number; leaseSeconds: number; replica: number },
): Promise<Unwritten[]> {
  const { rows } = await sql<{
    state: Incident;
    body: Alert;
    stance: Stance;
    write_attempts: number;
    write_failure: FarSideReason | null;
    behind_since: Date | null;
    trace: string | null;
  }>`
    with due as (
      select a.source, a.source_id, i.state
      from alerts a join incidents i on i.id = a.incident_id
      where a.behind and ${isDue('a.write_after', longestPauseSeconds)}
      order by i.priority desc, a.write_after limit ${limit}
      for update of a skip locked
    )
    update alerts a set write_after = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica},
      -- What the source shows from now on may be our own doing.
      writing_since = now(), tried = ${stanceIn('due.state')}
    from due where a.source = due.source and a.source_id = due.source_id
    returning due.state, a.body, a.stance, a.write_attempts, a.write_failure, a.behind_since, a.trace`.execute(
    db,
  );
  return rows.map((row) => ({
    incident: row.state,
    alert: row.body,
    held: row.stance,
    attempts: row.write_attempts,
    failedBefore: row.write_failure !== null,
    behindSince: (row.behind_since ?? new Date()).toISOString(),
    trace: row.trace ?? undefined,
  }));
}

/** `stanceOf` of an incident's state, in SQL. */
function stanceIn(state: string) {
  const of = sql.raw(state);
  return sql`jsonb_strip_nulls(jsonb_build_object('status', ${of} -> 'status', 'owner', ${of} -> 'owner',
    'decidedSeverity', ${of} -> 'decidedSeverity', 'closing', ${of} -> 'closing'))`;
}

/** Keeps the lease for another while; a slow source is not taken for a dead replica. */
export async function keepWriting(db: Db, alert: Alert, leaseSeconds: number): Promise<void> {
  await sql`
    update alerts set write_after = now() + make_interval(secs => ${leaseSeconds})
    where source = ${alert.source} and source_id = ${alert.sourceId} and writing_since is not null`.execute(
    db,
  );
}

/**
 * It failed: tried again after `pauseSeconds`, or given up until somebody asks where that is `undefined`. Returns
 * whether the card shows something new by it.
 */
export async function recordWriteFailure(
  trx: Trx,
  { source, sourceId }: { source: SourceName; sourceId: string },
  failure: { reason: FarSideReason; pauseSeconds: number | undefined },
): Promise<boolean> {
  const pause = failure.pauseSeconds;
  const after =
    pause === undefined ? sql`'infinity'::timestamptz` : sql`now() + make_interval(secs => ${pause})`;
  const { rows } = await sql<{ news: boolean }>`
    update alerts a set write_failure = ${failure.reason}, writing_since = null, written_at = now(),
      leased_by = null, write_attempts = a.write_attempts + 1, write_after = ${after}
    from (
      select source, source_id, write_failure from alerts
      where source = ${source} and source_id = ${sourceId} for update
    ) old
    where a.source = old.source and a.source_id = old.source_id
    returning old.write_failure is distinct from a.write_failure as news`.execute(trx);
  return rows[0]?.news ?? false;
}

/** Somebody asks: what failed is tried again at once. */
export async function retryWriting(db: Db, incidentId: number): Promise<void> {
  await sql`
    update alerts set write_after = '-infinity', write_attempts = 0
    where incident_id = ${incidentId} and behind and writing_since is null`.execute(db);
}
