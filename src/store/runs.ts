import { sql } from 'kysely';
import type { Instant, Owner } from '../incident/alert.ts';
import { isStanding, type Run } from '../incident/run.ts';
import { hashOrder } from '../incident/run-approval.ts';
import type { Db, Trx } from './database.ts';
import { isDue } from './due.ts';
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

/** `nextAt` is when something is to be done about it. Nothing where it is there already: a rule may want the same twice. */
export async function insertRun(
  db: Db | Trx,
  run: Run,
  { nextAt, trace }: { nextAt: Instant | undefined; trace: string | undefined },
): Promise<void> {
  await sql`
    insert into runs (id, number, incident_id, version, state, body, standing, rule, requested_at, next_at, trace)
    values (${run.id}, ${run.number}, ${run.incident}, ${run.version}, ${run.state}, ${JSON.stringify(run)}::jsonb,
      ${isStanding(run)}, ${run.requestedBy.kind === 'rule' ? run.requestedBy.name : null}, ${run.requestedAt},
      ${nextAt ?? null}, ${trace ?? null})
    on conflict (id) do nothing`.execute(db);
}

const deedOf = ({ order }: Pick<Run, 'order'>): string => hashOrder({ ...order, minutes: undefined });

/** A run that does the very same to the same target right now. */
export async function findHolding(db: Db, run: Run): Promise<Run | undefined> {
  const { rows } = await sql<RunRow>`
    select body, incident_id from runs where holding = ${deedOf(run)} and id <> ${run.id}`.execute(db);
  return rows[0] && toRun(rows[0]);
}

/**
 * Throws `Overtaken` where somebody else moved it since it was read, or began the very same. It holds its target from its
 * beginning until it is taken back: whoever looks after that sees how it is.
 */
export async function updateRun(
  trx: Trx,
  run: Run,
  from: number,
  nextAt: Instant | undefined,
): Promise<void> {
  const saving = sql`
    update runs set version = ${run.version}, state = ${run.state}, body = ${JSON.stringify(run)}::jsonb,
      standing = ${isStanding(run)}, holding = case when ${run.rehearsed === true} then null
        when ${run.state} = 'running' then ${deedOf(run)}
        when ${run.state} = 'succeeded' and ${isStanding(run)} then holding end, next_at = ${nextAt ?? null},
      incident_id = ${run.incident}
    where id = ${run.id} and version = ${from}`.execute(trx);
  const { numAffectedRows } = await saving.catch((cause: unknown) => {
    throw isTaken(cause) ? new Overtaken('Somebody else does the very same.', { cause }) : cause;
  });
  if (numAffectedRows !== 1n) throw new Overtaken('Somebody else moved the run.');
}

export async function readRun(db: Db | Trx, id: string): Promise<Run | undefined> {
  const { rows } = await sql<RunRow>`select body, incident_id from runs where id = ${id}`.execute(db);
  return rows[0] && toRun(rows[0]);
}

/** A run about which something is to be done, leased to the caller. */
export interface DueRun {
  run: Run;
  trace: string | undefined;
}

/** Leases up to `limit` runs about which something is to be done `by` then, those that wait longest first. */
export async function claimRuns(
  db: Db,
  { limit, leaseSeconds, replica, by }: { limit: number; leaseSeconds: number; replica: number; by: Instant },
): Promise<DueRun[]> {
  const { rows } = await sql<RunRow & { trace: string | null }>`
    with due as (
      select id from runs where next_at <= ${by} and ${isDue('rest_until', leaseSeconds)}
      order by next_at limit ${limit}
      for update skip locked
    )
    update runs r set rest_until = now() + make_interval(secs => ${leaseSeconds}), leased_by = ${replica}
    from due where r.id = due.id
    returning r.body, r.incident_id, r.trace`.execute(db);
  return rows.map((row) => ({ run: toRun(row), trace: row.trace ?? undefined }));
}

/** Whoever comes next may go on with it. */
export async function releaseRun(db: Db, id: string, replica: number): Promise<void> {
  await sql`
    update runs set rest_until = '-infinity', leased_by = null
    where id = ${id} and leased_by = ${replica}`.execute(db);
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

/** Runs that a rule has asked for about an incident, or about what was merged into it. */
export async function runsOfRule(db: Db, rule: string, incident: number): Promise<Run[]> {
  const { rows } = await sql<RunRow>`
    select body, incident_id from runs where incident_id = ${incident} and rule = ${rule}`.execute(db);
  return rows.map(toRun);
}

/** How many runs a rule has asked for since, those of exercises left out. Whoever else wants to know waits until this transaction is over. */
export async function countOfRule(trx: Trx, rule: string, since: Instant): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`rule ${rule}`}, 0))`.execute(trx);
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from runs
    where rule = ${rule} and requested_at > ${since} and body -> 'rehearsed' is null`.execute(trx);
  return rows[0]?.count ?? 0;
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

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '23505';
