import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { Matcher } from '../incident/match.ts';
import type { Db, Trx } from './database.ts';
import { matching } from './matching.ts';

/**
 * Open incidents whose silence is over, was ended, or whose explanation is closed, gone, silenced itself or less grave by now:
 * they are looked at anew, the gravest first.
 */
export async function incidentsToLookAt(db: Db, now: Instant, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select i.id from incidents i
    left join silences s on s.name = i.silenced_by
    left join incidents p on p.id = case when i.silenced_by ~ '^INC-[0-9]{1,15}$' then substr(i.silenced_by, 5)::bigint end
    where i.silenced_until is not null and i.status <> 'closed'
      and (i.silenced_until <= ${now} or s.ended_at is not null or (i.silenced_by like 'INC-%' and (
        p.id is null or p.status = 'closed' or p.silenced_until is not null
        or array_position(${gravity}, p.severity) > array_position(${gravity}, i.severity))))
    order by i.priority desc, i.id limit ${limit}`.execute(db);
  return rows.map(({ id }) => Number(id));
}

const gravity = sql`array['high', 'medium', 'low', 'informational']`;

/** Whether somebody ended the silence before its time. */
export async function wasEnded(db: Db, name: string): Promise<boolean> {
  const { rows } = await sql`select from silences where name = ${name} and ended_at is not null`.execute(db);
  return rows.length > 0;
}

/** More are not silenced by one decision; what comes after them is. */
export const mostOpen = 200;

/**
 * Open incidents that nobody has taken and nothing keeps quiet, whose first alert fits, the most important first. What is for
 * named people only is theirs to silence, and an exercise nobody's.
 */
export async function openAndNew(db: Db | Trx, matcher: Matcher): Promise<Incident[]> {
  const { rows } = await sql<{ state: Incident }>`
    select i.state from incidents i
    where i.status = 'new' and i.owner_id is null and i.silenced_until is null
      and i.state -> 'restrictedTo' is null and not i.exercise and ${matching(matcher, sql`(i.state #> '{alerts,0}')`)}
    order by i.priority desc, i.id limit ${mostOpen}`.execute(db);
  return rows.map(({ state }) => state);
}

/** How many open incidents are silenced. */
export async function countSilenced(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from incidents
    where silenced_until is not null and status <> 'closed'`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Open incidents that may explain another: those of which an alert fits one of the matchers, the most important first. */
export async function openParents(db: Db, matchers: Matcher[]): Promise<Incident[]> {
  if (matchers.length === 0) return [];
  const fits = matchers.map((matcher) => matching(matcher, sql`a.body`));
  const { rows } = await sql<{ state: Incident }>`
    select i.state from incidents i
    where i.status <> 'closed' and i.silenced_until is null and not i.exercise and exists (
      select from jsonb_array_elements(i.state -> 'alerts') as a (body) where ${sql.join(fits, sql` or `)}
    )
    order by i.priority desc, i.id limit ${mostOpen}`.execute(db);
  return rows.map(({ state }) => state);
}

/** Incidents that have stopped to open and close by themselves. */
export async function doneFlapping(db: Db, now: Instant, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from incidents where flaps_until <= ${now} order by id limit ${limit}`.execute(db);
  return rows.map(({ id }) => Number(id));
}

export async function clearFlapping(db: Db | Trx, ids: number[], now: Instant): Promise<void> {
  await sql`
    update incidents set flaps_until = null where id = any(${ids}::bigint[]) and flaps_until <= ${now}`.execute(
    db,
  );
}
