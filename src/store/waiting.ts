import { type RawBuilder, sql } from 'kysely';
import type { Containments, Decision, Drills } from '../incident/digest.ts';
import type { Span } from '../incident/figures.ts';
import type { Db } from './database.ts';
import { drillsEnded } from './drills.ts';

/** The grave ones that nobody has, those that wait longest first. Restricted ones are nobody else's business. */
export async function readUnowned(db: Db, limit: number): Promise<Extract<Decision, { kind: 'unowned' }>[]> {
  const { rows } = await sql<{ id: number; opened_at: Date }>`
    select i.id, i.opened_at from incidents i join incident_facts f on f.incident_id = i.id
    where i.status <> 'closed' and i.severity = 'high' and i.owner_id is null and f.counts
      and i.state -> 'silenced' is null
    order by i.opened_at, i.id limit ${limit}`.execute(db);
  return rows.map(({ id, opened_at }) => ({
    kind: 'unowned',
    incident: Number(id),
    openedAt: opened_at.toISOString(),
  }));
}

interface RunRow {
  number: number;
  incident_id: number;
  title: string;
  at: string;
}

/** What playbooks changed and should have taken back by then. */
export async function readOverdue(db: Db, at: Date, limit: number): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select r.number::integer as number, r.incident_id, r.body #>> '{play,title}' as title, r.body ->> 'endsAt' as at
    from runs r join incidents i on i.id = r.incident_id
    where ${isOverdue(at)} and i.state -> 'restrictedTo' is null
    order by r.body ->> 'endsAt' limit ${limit}`.execute(db);
  return rows;
}

/** A run rests for a moment at its end; one that stands a quarter of an hour longer does not come down by itself. */
function isOverdue(at: Date): RawBuilder<unknown> {
  const late = new Date(at.getTime() - 15 * 60_000).toISOString();
  return sql`r.standing and r.body ->> 'endsAt' < ${late}`;
}

/** Runs without the approval that they needed, at which no lead has looked yet. */
export async function readUnreviewed(db: Db, limit: number): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select r.number::integer as number, r.incident_id, r.body #>> '{play,title}' as title,
      r.body #>> '{breakGlass,at}' as at
    from runs r join incidents i on i.id = r.incident_id
    where r.body -> 'breakGlass' is not null and r.body -> 'breakGlass' -> 'review' is null
      and i.state -> 'restrictedTo' is null
    order by r.number limit ${limit}`.execute(db);
  return rows;
}

/** Of playbooks that can be taken back: what was done and undone in the span, and what stands at that moment. */
export async function readContainments(db: Db, { from, to }: Span, at: Date): Promise<Containments> {
  const { rows } = await sql<{ made: number; taken_back: number; standing: number; overdue: number }>`
    select
      (count(*) filter (where r.body ->> 'startedAt' >= ${from} and r.body ->> 'startedAt' < ${to}
        and (r.standing or r.body -> 'undo' is not null)))::integer as made,
      (count(*) filter (where r.body #>> '{undo,at}' >= ${from} and r.body #>> '{undo,at}' < ${to}
        and r.body #>> '{undo,failure}' = ''))::integer as taken_back,
      (count(*) filter (where r.standing))::integer as standing,
      (count(*) filter (where ${isOverdue(at)}))::integer as overdue
    from runs r join incidents i on i.id = r.incident_id
    where i.state -> 'restrictedTo' is null`.execute(db);
  const [row] = rows;
  return {
    made: row?.made ?? 0,
    takenBack: row?.taken_back ?? 0,
    standing: row?.standing ?? 0,
    overdue: row?.overdue ?? 0,
  };
}

/** What was practised: drills that began in the span, and how soon somebody acknowledged them. */
export async function readDrills(db: Db, { from, to }: Span): Promise<Drills> {
  const { rows } = await sql<{ held: number; acknowledged: number; median: number | null }>`
    select count(*)::integer as held, count(f.acknowledged_at)::integer as acknowledged,
      percentile_cont(0.5) within group (order by extract(epoch from f.acknowledged_at - f.opened_at)::float8) as median
    from incident_facts f join incidents i on i.id = f.incident_id
    where f.is_exercise and f.opened_at >= ${from}::timestamptz and f.opened_at < ${to}::timestamptz
      and i.state #>> '{alerts,0,source}' = 'drill'`.execute(db);
  const [row] = rows;
  const ended = await drillsEnded(db, from, to);
  return {
    held: row?.held ?? 0,
    acknowledged: row?.acknowledged ?? 0,
    median: row?.median ?? undefined,
    ended,
  };
}
