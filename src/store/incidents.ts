import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import stringify from 'safe-stable-stringify';
import type { FarSideReason } from '../errors.ts';
import type { SourceName } from '../incident/alert.ts';
import { emptyIncident, evolve, type Incident, type IncidentEvent } from '../incident/incident.ts';
import { cardsInOrder } from './cards.ts';
import type { Db, Trx } from './database.ts';

/** Somebody else changed the incident since it was read; read it again and decide anew. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

/**
 * The only way in which an incident changes: its new state, its events and that its cards are behind, in one
 * statement of the caller's transaction. Throws `VersionConflict`. Returns the incident as it is then.
 */
export async function append(
  trx: Trx,
  before: Incident,
  events: IncidentEvent[],
  effect: {
    priorityOf: (after: Incident) => number;
    /** Whether the sources should hold this too. */
    forSources: boolean;
    correlationKey?: string | undefined;
  },
): Promise<Incident> {
  const { rows, head } = chain(before, events);
  const after = { ...events.reduce(evolve, before), head };
  const priority = effect.priorityOf(after);
  const changed =
    before.version === 0
      ? insertIncident(after, priority, effect.correlationKey)
      : updateIncident(after, priority, before.version);
  const { rows: stored } = await sql`
    with changed as (${changed}),
    told as (
      insert into incident_events (incident_id, version, at, actor, type, data, hash)
      select changed.id, e.version, e.at, e.actor, e.type, e.data, e.hash
      from changed, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as e (version integer, at timestamptz, actor jsonb, type text, data jsonb, hash text)
    ),
    sources as (
      update alerts set wanted_version = ${after.version}
      where ${effect.forSources} and incident_id = ${after.id}
    ),
    held as (${cardsInOrder(after.id)}),
    behind as (
      update cards c set wanted_revision = changed.revision, priority = ${priority},
        try_after = least(try_after, now())
      from changed, held
      -- A log only where there is something to tell.
      where c.id = held.id and (c.part = 'card' or ${after.deedCount > 0})
    )
    select id from changed`.execute(trx);
  if (stored.length === 0) throw new VersionConflict(`Incident ${before.id} is not at ${before.version}.`);
  return after;
}

/** Each event's hash covers the one before, so that no row can be changed, dropped or moved unseen. */
function chain(before: Incident, events: IncidentEvent[]) {
  let { head } = before;
  const rows = events.map(({ at, by, type, ...data }, index) => {
    const version = before.version + index + 1;
    const event = { incident_id: before.id, version, at, actor: by, type, data };
    head = createHash('sha256').update(head).update(stringify(event)).digest('hex');
    return { ...event, hash: head };
  });
  return { rows, head };
}

function insertIncident(incident: Incident, priority: number, key: string | undefined) {
  return sql`
    insert into incidents (id, version, revision, status, severity, priority, owner_id, state, correlation_key,
      last_activity_at, opened_at)
    values (${incident.id}, ${incident.version}, 1, ${incident.status}, ${incident.severity}, ${priority},
      ${incident.owner?.id ?? null}, ${JSON.stringify(incident)}::jsonb, ${key ?? null},
      ${incident.lastActivityAt}, ${incident.openedAt})
    returning id, revision`;
}

function updateIncident(incident: Incident, priority: number, from: number) {
  return sql`
    update incidents set version = ${incident.version}, revision = revision + 1, status = ${incident.status},
      severity = ${incident.severity}, priority = ${priority}, owner_id = ${incident.owner?.id ?? null},
      state = ${JSON.stringify(incident)}::jsonb, last_activity_at = ${incident.lastActivityAt}, updated_at = now(),
      -- A closed incident tells no story that an alert could join; reopened, it must not clash with a newer one.
      correlation_key = case when ${incident.status} = 'closed' then null else correlation_key end
    where id = ${incident.id} and version = ${from}
    returning id, revision`;
}

/** What a card shows besides events changed (a write back failed, or works again). */
export async function redraw(trx: Trx, incidentId: number): Promise<void> {
  await sql`
    with changed as (update incidents set revision = revision + 1 where id = ${incidentId} returning revision),
    held as (${cardsInOrder(incidentId)})
    update cards c set wanted_revision = changed.revision, try_after = least(try_after, now())
    from changed, held where c.id = held.id and c.part = 'card'`.execute(trx);
}

export async function newIncident(trx: Trx): Promise<Incident> {
  const { rows } = await sql<{ id: number }>`select nextval('incident_ids') as id`.execute(trx);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('The sequence incident_ids gave no number.');
  return emptyIncident(Number(id));
}

export interface StoredIncident {
  incident: Incident;
  revision: number;
  priority: number;
  /** Sources that hold less than people decided, with the last failure; empty where all is written. */
  failures: { source: SourceName; reason: FarSideReason }[];
}

export async function readIncident(db: Db | Trx, id: number): Promise<StoredIncident | undefined> {
  const { rows } = await sql<{
    state: Incident;
    revision: number;
    priority: number;
    failures: { source: SourceName; reason: FarSideReason }[];
  }>`
    select i.state, i.revision, i.priority, (
      select coalesce(jsonb_agg(distinct jsonb_build_object('source', a.source, 'reason', a.write_failure)), '[]')
      from alerts a where a.incident_id = i.id and a.write_failure is not null
    ) as failures
    from incidents i where i.id = ${id}`.execute(db);
  const row = rows[0];
  return (
    row && { incident: row.state, revision: row.revision, priority: row.priority, failures: row.failures }
  );
}

/** Reads an incident and keeps everybody else from changing it until the transaction ends. */
export async function lockIncident(trx: Trx, id: number): Promise<Incident | undefined> {
  const row = await trx
    .selectFrom('incidents')
    .select('state')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row?.state;
}

/** Open incidents (or one owner's), most important first. */
export async function listOpen(
  db: Db,
  filter: { ownerId?: string | undefined; unowned?: boolean; limit: number },
): Promise<{ incidents: Incident[]; total: number }> {
  let open = db.selectFrom('incidents').where('status', '<>', 'closed');
  if (filter.ownerId) open = open.where('owner_id', '=', filter.ownerId);
  if (filter.unowned) open = open.where('owner_id', 'is', null);
  const rows = await open
    .select('state')
    .orderBy('priority', 'desc')
    .orderBy('id')
    .limit(filter.limit)
    .execute();
  const { total } = await open.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { incidents: rows.map((row) => row.state), total: Number(total) };
}

/** The open incident that tells the same story, if one does. */
export async function findOpenByKey(trx: Trx, key: string): Promise<Incident | undefined> {
  const row = await trx
    .selectFrom('incidents')
    .select('state')
    .where('correlation_key', '=', key)
    .where('status', '<>', 'closed')
    .forUpdate()
    .executeTakeFirst();
  return row?.state;
}

/** Lets a new incident tell the story from here on. */
export async function releaseKey(trx: Trx, incidentId: number): Promise<void> {
  await trx.updateTable('incidents').set({ correlation_key: null }).where('id', '=', incidentId).execute();
}
