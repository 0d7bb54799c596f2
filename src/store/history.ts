import { sql } from 'kysely';
import type { Instant } from '../incident/alert.ts';
import type { Actor, Incident, IncidentEvent } from '../incident/incident.ts';
import type { Head } from '../record/checkpoint.ts';
import type { Db, Trx } from './database.ts';

/** An event as it is stored. */
export interface StoredEvent {
  incident: number;
  version: number;
  at: Instant;
  actor: Actor;
  type: string;
  data: Record<string, unknown>;
  hash: string;
}

/** As the rules know it. */
export function toEvent({ at, actor, type, data }: StoredEvent): IncidentEvent {
  return { ...data, type, at, by: actor } as IncidentEvent;
}

const atOnce = 1_000;

/** Everything that happened to one incident, oldest first. */
export async function readStory(db: Db | Trx, incident: number): Promise<IncidentEvent[]> {
  const story: IncidentEvent[] = [];
  for (let version = 0; ; ) {
    const page = await readEvents(db, { incident, version }, atOnce, { incident });
    story.push(...page.map(toEvent));
    const last = page.at(-1);
    if (!last || page.length < atOnce) return story;
    version = last.version;
  }
}

/** What an event's hash covers beside the hash before, were this its version. */
export function eventContent({ incident, at, actor, type, data }: StoredEvent, version: number): object {
  return { incident_id: incident, version, at, actor, type, data };
}

/** The next events after that one, incident by incident; of one, or of those to which something happened since. */
export async function readEvents(
  db: Db | Trx,
  after: { incident: number; version: number },
  limit: number,
  of: { incident?: number | undefined; touchedSince?: Date | undefined } = {},
): Promise<StoredEvent[]> {
  const touched = of.touchedSince
    ? sql`and exists (select from incidents i where i.id = e.incident_id and i.updated_at >= ${of.touchedSince})`
    : sql``;
  const one = of.incident === undefined ? sql`` : sql`and e.incident_id = ${of.incident}`;
  const { rows } = await sql<Omit<StoredEvent, 'at'> & { at: Date }>`
    select e.incident_id as incident, e.version, e.at, e.actor, e.type, e.data, e.hash from incident_events e
    where (e.incident_id, e.version) > (${after.incident}::bigint, ${after.version}::integer) ${one} ${touched}
    order by e.incident_id, e.version limit ${limit}`.execute(db);
  return rows.map(({ at, ...event }) => ({ ...event, at: at.toISOString() }));
}

/** The newest events of one incident, newest first. */
export async function readNewestEvents(db: Db, incident: number, limit: number): Promise<StoredEvent[]> {
  const { rows } = await sql<Omit<StoredEvent, 'at'> & { at: Date }>`
    select incident_id as incident, version, at, actor, type, data, hash from incident_events
    where incident_id = ${incident} order by version desc limit ${limit}`.execute(db);
  return rows.map(({ at, ...event }) => ({ ...event, at: at.toISOString() }));
}

/** An incident's row: its state, and what stands beside it to be searched by. */
export interface StoredState {
  id: number;
  version: number;
  status: string;
  severity: string;
  owner_id: string | null;
  last_activity_at: Date;
  opened_at: Date;
  state: Incident;
}

/** The next ones after that number. */
export async function readStates(db: Db | Trx, after: number, limit: number): Promise<StoredState[]> {
  return db
    .selectFrom('incidents')
    .select(['id', 'version', 'status', 'severity', 'owner_id', 'last_activity_at', 'opened_at', 'state'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** The hash that each of these events has; without those that are not there. */
export async function readEventHashes(db: Db | Trx, heads: Head[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ incident_id: number; version: number; hash: string }>`
    select e.incident_id, e.version, e.hash
    from jsonb_to_recordset(${JSON.stringify(heads.map(([id, version]) => ({ id, version })))}::jsonb)
      as h (id bigint, version integer)
    join incident_events e on e.incident_id = h.id and e.version = h.version`.execute(db);
  return new Map(rows.map(({ incident_id, version, hash }) => [`${incident_id} ${version}`, hash]));
}

/** Those of these incidents of which anything is there: their row, or an event. */
export async function readPresent(db: Db | Trx, incidents: number[]): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    select id from unnest(${incidents}::bigint[]) as asked (id)
    where exists (select from incidents i where i.id = asked.id)
      or exists (select from incident_events e where e.incident_id = asked.id)`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Which of these incidents wait for a checkpoint to cover their newest events. */
export async function readUnsealed(db: Db | Trx, incidents: number[]): Promise<Set<number>> {
  const { rows } = await sql<{ incident_id: number }>`
    select distinct incident_id from unsealed where incident_id = any(${incidents}::bigint[])`.execute(db);
  return new Set(rows.map((row) => row.incident_id));
}
