import { sql } from 'kysely';
import type { FarSideReason } from '../errors.ts';
import type { SourceName } from '../incident/alert.ts';
import type { Known } from '../incident/enrichment.ts';
import type { Incident } from '../incident/incident.ts';
import { cardsInOrder } from './card-order.ts';
import type { Db, Trx } from './database.ts';
import { glancesOf } from './glances.ts';

/** Until the transaction ends nobody else changes it. */
export async function lockIncident(trx: Trx, id: number): Promise<void> {
  await sql`select from incidents where id = ${id} for no key update`.execute(trx);
}

/**
 * What cards show besides events changed (a write back failed, or works again; somebody told something of an entity).
 * A storm's message shows none of it.
 */
export async function redraw(db: Db | Trx, incidentIds: number[]): Promise<void> {
  await sql`
    with ordered as (
      select id from incidents where id = any(${incidentIds}::bigint[]) order by id for no key update
    ),
    changed as (
      update incidents i set revision = revision + 1 from ordered o where i.id = o.id returning i.id, i.revision
    ),
    held as (${cardsInOrder(incidentIds)})
    update cards c set wanted_revision = changed.revision, try_after = least(try_after, now()),
      behind_since = coalesce(c.behind_since, now())
    from changed, held
    where c.id = held.id and c.incident_id = changed.id and c.part = 'card' and c.summary_id is null`.execute(
    db,
  );
}

export interface StoredIncident {
  incident: Incident;
  revision: number;
  priority: number;
  /** Sources that hold less than people decided, with the last failure; empty where all is written. */
  failures: { source: SourceName; reason: FarSideReason }[];
  /** What enrichers have told of it, or not. */
  known: Known[];
}

export async function readIncident(db: Db | Trx, id: number): Promise<StoredIncident | undefined> {
  const { rows } = await sql<{
    state: Incident;
    revision: number;
    priority: number;
    failures: { source: SourceName; reason: FarSideReason }[];
    known: Known[];
  }>`
    select i.state, i.revision, i.priority, ${failuresOf('i.id')} as failures, ${glancesOf('i.id')} as known
    from incidents i where i.id = ${id}`.execute(db);
  const row = rows[0];
  if (!row) return undefined;
  const { state, ...rest } = row;
  return { incident: state, ...rest };
}

/** Incidents of these numbers, as they are now. */
export async function readStates(db: Db | Trx, ids: number[]): Promise<Map<number, Incident>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: number; state: Incident }>`
    select id, state from incidents where id = any(${ids}::bigint[])`.execute(db);
  return new Map(rows.map(({ id, state }) => [Number(id), state]));
}

/** What was merged into one of these, not what was merged into that in turn. */
export async function readMergedInto(db: Db | Trx, ids: number[]): Promise<Incident[]> {
  const { rows } = await sql<{ state: Incident }>`
    select state from incidents where state ->> 'mergedInto' = any(${ids.map(String)}::text[])
    order by id`.execute(db);
  return rows.map(({ state }) => state);
}

/** Sources of an incident that could not be made to hold what people decided, as JSON. */
export function failuresOf(incidentId: string) {
  return sql`(
    select coalesce(jsonb_agg(distinct jsonb_build_object('source', a.source, 'reason', a.write_failure)), '[]')
    from alerts a where a.incident_id = ${sql.raw(incidentId)} and a.write_failure is not null
  )`;
}

/** Open incidents (or one owner's) without those that are restricted to others than `forPerson`, most important first. */
export async function listOpen(
  db: Db,
  filter: {
    ownerId?: string | undefined;
    unowned?: boolean;
    /** Those that are silenced alone; they are left out otherwise, and counted as `quiet`. */
    silenced?: boolean;
    /** Object id of whoever asks, where it is sure that it is them. */
    forPerson?: string | undefined;
    limit: number;
  },
): Promise<{ incidents: Incident[]; total: number; quiet: number }> {
  let open = db
    .selectFrom('incidents')
    .where('status', '<>', 'closed')
    .where(
      // By the few that are restricted, which have an index; the state of every open one would be read otherwise.
      sql<boolean>`id not in (
        select id from incidents where state -> 'restrictedTo' is not null
          and not state -> 'restrictedTo' @> ${JSON.stringify([{ id: filter.forPerson ?? '' }])}::jsonb)`,
    );
  if (filter.ownerId) open = open.where('owner_id', '=', filter.ownerId);
  if (filter.unowned) open = open.where('owner_id', 'is', null);
  const shown = open.where('silenced_until', filter.silenced ? 'is not' : 'is', null);
  const rows = await shown
    .select('state')
    .orderBy('priority', 'desc')
    .orderBy('id')
    .limit(filter.limit)
    .execute();
  const { total, all } = await open
    .select((eb) => [
      eb.fn.countAll<number>().as('all'),
      eb.fn
        .countAll<number>()
        .filterWhere('silenced_until', filter.silenced ? 'is not' : 'is', null)
        .as('total'),
    ])
    .executeTakeFirstOrThrow();
  const quiet = filter.silenced ? 0 : Number(all) - Number(total);
  return { incidents: rows.map((row) => row.state), total: Number(total), quiet };
}

/** Lets a new incident tell the story from here on, unless something has joined this one meanwhile. */
export async function releaseKey(db: Db, { id, version }: Incident): Promise<void> {
  await sql`update incidents set correlation_key = null where id = ${id} and version = ${version}`.execute(
    db,
  );
}
