import { sql } from 'kysely';
import type { Instant, Owner } from '../incident/alert.ts';
import { isStanding, type Run } from '../incident/run.ts';
import type { Db, Trx } from './database.ts';
import { Overtaken } from './save.ts';

interface RunRow {
  body: Run;
  /** Of a merged incident the one that it belongs to now. */
  incident_id: number;
}

const toRun = ({ body, incident_id }: RunRow): Run => ({ ...body, incident: Number(incident_id) });

/** Numbers have gaps: one is taken before it is known whether it is needed. */
export async function nextRunNumber(db: Db | Trx): Promise<number> {
  const { rows } = await sql<{ number: number }>`select nextval('run_numbers')::integer as number`.execute(
    db,
  );
  const [row] = rows;
  if (!row) throw new Error('The database gave no number.');
  return row.number;
}

/** `nextAt` is when something is to be done about it. Whether it is new: a rule may want the same twice. */
export async function insertRun(
  trx: Trx,
  run: Run,
  { nextAt, trace }: { nextAt: Instant | undefined; trace: string | undefined },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into runs (id, number, incident_id, version, state, body, standing, rule, requested_at, next_at, trace)
    values (${run.id}, ${run.number}, ${run.incident}, ${run.version}, ${run.state}, ${JSON.stringify(run)}::jsonb,
      ${isStanding(run)}, ${run.requestedBy.kind === 'rule' ? run.requestedBy.name : null}, ${run.requestedAt},
      ${nextAt ?? null}, ${trace ?? null})
    on conflict (id) do nothing`.execute(trx);
  return numAffectedRows === 1n;
}

/** Throws `Overtaken` where somebody else moved it since it was read. */
export async function updateRun(
  trx: Trx,
  run: Run,
  from: number,
  nextAt: Instant | undefined,
): Promise<void> {
  const { numAffectedRows } = await sql`
    update runs set version = ${run.version}, state = ${run.state}, body = ${JSON.stringify(run)}::jsonb,
      standing = ${isStanding(run)}, next_at = ${nextAt ?? null}, incident_id = ${run.incident}
    where id = ${run.id} and version = ${from}`.execute(trx);
  if (numAffectedRows !== 1n) throw new Overtaken('Somebody else moved the run.');
}

export async function readRun(db: Db | Trx, id: string): Promise<Run | undefined> {
  const { rows } = await sql<RunRow>`select body, incident_id from runs where id = ${id}`.execute(db);
  return rows[0] && toRun(rows[0]);
}

/** With when something is to be done about it. */
export async function readDueRun(
  db: Db,
  id: string,
): Promise<{ run: Run; nextAt: Instant | undefined; trace: string | undefined } | undefined> {
  const { rows } = await sql<RunRow & { next_at: Date | null; trace: string | null }>`
    select body, incident_id, next_at, trace from runs where id = ${id}`.execute(db);
  const [row] = rows;
  return row && { run: toRun(row), nextAt: row.next_at?.toISOString(), trace: row.trace ?? undefined };
}

export async function findRun(db: Db, number: number): Promise<Run | undefined> {
  const { rows } = await sql<RunRow>`select body, incident_id from runs where number = ${number}`.execute(db);
  return rows[0] && toRun(rows[0]);
}

/**
 * The newest first, without those of incidents that are restricted to others than `forPerson`. `standing` are those alone
 * that change something right now.
 */
export async function listRuns(
  db: Db,
  filter: {
    incident?: number | undefined;
    standing?: boolean;
    /** Run without approval, and nobody has looked at it. */
    unreviewed?: boolean;
    forPerson: string | undefined;
    limit: number;
  },
): Promise<Run[]> {
  const wanted = [
    sql`true`,
    ...(filter.incident === undefined ? [] : [sql`r.incident_id = ${filter.incident}`]),
    ...(filter.standing ? [sql`r.standing`] : []),
    ...(filter.unreviewed
      ? [sql`r.body -> 'breakGlass' is not null and r.body -> 'breakGlass' -> 'review' is null`]
      : []),
  ];
  const { rows } = await sql<RunRow>`
    select r.body, r.incident_id from runs r join incidents i on i.id = r.incident_id
    where ${sql.join(wanted, sql` and `)}
      and (i.state -> 'restrictedTo' is null
        or i.state -> 'restrictedTo' @> ${JSON.stringify([{ id: filter.forPerson ?? '' }])}::jsonb)
    order by r.number desc limit ${filter.limit}`.execute(db);
  return rows.map(toRun);
}

/** How many runs a rule has asked for since. */
export async function countOfRule(db: Db | Trx, rule: string, since: Instant): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from runs where rule = ${rule} and requested_at > ${since}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Runs about which something should have been done by then: whatever woke us for them was lost. */
export async function overdueRuns(db: Db, by: Instant): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from runs where next_at < ${by} order by next_at limit 500`.execute(db);
  return rows.map(({ id }) => id);
}

/** Incidents that rules have yet to look at, the oldest first. */
export async function incidentsToRule(db: Db, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from incidents where to_rule order by id limit ${limit}`.execute(db);
  return rows.map(({ id }) => Number(id));
}

/** Rules have looked at it as it was then; what came since is looked at anew. */
export async function recordRuled(db: Db, { id, version }: { id: number; version: number }): Promise<void> {
  await sql`update incidents set to_rule = false where id = ${id} and version = ${version}`.execute(db);
}

export interface AutomationState {
  stoppedBy: Owner | undefined;
  stoppedAt: Instant | undefined;
  reason: string;
}

/** Whether rules may run anything. */
export async function readAutomation(db: Db | Trx): Promise<AutomationState> {
  const { rows } = await sql<{ stopped_by: Owner | null; stopped_at: Date | null; reason: string }>`
    select stopped_by, stopped_at, reason from automation`.execute(db);
  const [row] = rows;
  return {
    stoppedBy: row?.stopped_by ?? undefined,
    stoppedAt: row?.stopped_at?.toISOString(),
    reason: row?.reason ?? '',
  };
}

/** Whether that changed anything. */
export async function stopAutomation(db: Db, by: Owner, reason: string, at: Instant): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update automation set stopped_by = ${JSON.stringify(by)}::jsonb, stopped_at = ${at}, reason = ${reason}
    where stopped_by is null`.execute(db);
  return numAffectedRows === 1n;
}

export async function startAutomation(db: Db): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update automation set stopped_by = null, stopped_at = null, reason = '' where stopped_by is not null`.execute(
    db,
  );
  return numAffectedRows === 1n;
}
