import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import stringify from 'safe-stable-stringify';
import type { Alert, Instant } from '../incident/alert.ts';
import type { Actor, Incident } from '../incident/incident.ts';
import type { Stance } from '../incident/stance.ts';
import { cardsInOrder } from './card-order.ts';
import type { Db, Trx } from './database.ts';
import { appendRecords, type NewRecord } from './record.ts';

/** A closed incident as it stands in an archive, one a line. */
export interface Archived {
  incident: Incident;
  events: {
    version: number;
    at: Instant;
    actor: Actor;
    type: string;
    data: Record<string, unknown>;
    /** SHA-256, hexadecimal, of the hash before it and this event: see `isWhole`. */
    hash: string;
  }[];
  /** As their sources last showed them, and what the incident said when they last held the same. */
  alerts: { body: Alert; stance: Stance }[];
  /** What was pinned to it; `copy` is gzip in base64 of the JSON that the hash covers. Absent in older archives. */
  evidence?: { id: string; sha256: string; copy: string }[];
}

/**
 * Closed for so many days, with nothing since, under no legal hold, and nothing of it behind: a decision that its
 * source does not hold is not history yet, nor is what a playbook changed and has to take back. Nor does it wait for a
 * checkpoint, once there are any: the newest one that covers it has to say how it was when it left.
 */
function isPast(days: number) {
  const then = sql`now() - make_interval(days => ${days})`;
  return sql`
    i.status = 'closed' and i.opened_at < ${then} and i.updated_at < ${then} and i.state ->> 'hold' is null
    and not exists (select from alerts a where a.incident_id = i.id and a.behind)
    and not exists (select from cards c where c.incident_id = i.id and c.behind)
    and not exists (
      select from runs r where r.incident_id = i.id and (r.standing or r.next_at is not null))
    and not (exists (select from checkpoints)
      and exists (select from unsealed u where u.incident_id = i.id))`;
}

/** Whether there is something to archive. */
export async function isAnythingPast(db: Db, days: number): Promise<boolean> {
  const { rows } = await sql`select i.id from incidents i where ${isPast(days)} limit 1`.execute(db);
  return rows.length > 0;
}

/** The next ones after that number, each as it was at one moment. */
export async function readPast(db: Db, days: number, after: number, limit: number): Promise<Archived[]> {
  const { rows } = await sql<{
    state: Incident;
    events: Archived['events'];
    alerts: Archived['alerts'];
    evidence: NonNullable<Archived['evidence']>;
  }>`
    select i.state,
      (
        select coalesce(jsonb_agg(jsonb_build_object(
          'version', e.version, 'at', e.at, 'actor', e.actor, 'type', e.type, 'data', e.data, 'hash', e.hash
        ) order by e.version), '[]')
        from incident_events e where e.incident_id = i.id
      ) as events,
      (
        select coalesce(jsonb_agg(jsonb_build_object('body', a.body, 'stance', a.stance)
          order by a.source, a.source_id), '[]')
        from alerts a where a.incident_id = i.id
      ) as alerts,
      (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', v.id, 'sha256', v.sha256, 'copy', translate(encode(v.copy, 'base64'), E'\\n', '')
        ) order by v.at, v.id), '[]')
        from query_evidence v where v.incident_id = i.id
      ) as evidence
    from incidents i where i.id > ${after} and ${isPast(days)} order by i.id limit ${limit}`.execute(db);
  return rows.map(({ state, events, alerts, evidence }) => ({
    incident: state,
    events: events.map(({ at, ...event }) => ({ ...event, at: new Date(at).toISOString() })),
    alerts,
    evidence,
  }));
}

/**
 * Whether no event is missing, changed or moved: the last hash is the one that the incident knows. And whether all
 * evidence that its events tell of is there, as they tell it.
 */
export function isWhole({ incident, events, evidence = [] }: Archived): boolean {
  let head = '';
  for (const [index, { hash, ...event }] of events.entries()) {
    if (event.version !== index + 1) return false;
    const text = stringify({ incident_id: incident.id, ...event }) ?? '';
    head = createHash('sha256').update(head).update(text).digest('hex');
    if (head !== hash) return false;
  }
  const pinned = events.filter(({ type }) => type === 'evidence-pinned').map(({ data }) => stringify(data));
  const told = evidence.filter(({ id, sha256 }) =>
    pinned.some((data) => data?.includes(`"${id}"`) && data.includes(`"${sha256}"`)),
  );
  const isAllThere = told.length === pinned.length && evidence.length === pinned.length;
  return (
    head === incident.head && events.length === incident.version && isAllThere && evidence.every(fitsHash)
  );
}

function fitsHash({ copy, sha256 }: NonNullable<Archived['evidence']>[number]): boolean {
  try {
    const json = gunzipSync(Buffer.from(copy, 'base64'));
    return createHash('sha256').update(json).digest('hex') === sha256;
  } catch {
    return false;
  }
}

/** The archive that holds it, as the record tells of it. */
export interface ArchiveFile {
  at: Instant;
  /** Its name without the folder, and the SHA-256 of what is in it. */
  file: string;
  sha256: string;
}

/**
 * Removes what stands in an archive, unless something has happened to it since, and notes on the record what left.
 * Returns the numbers of these. As the owner of the tables.
 */
export async function removeArchived(
  db: Db,
  archived: { id: number; version: number; head: string }[],
  { at, ...place }: ArchiveFile,
): Promise<number[]> {
  return db.transaction().execute(async (trx) => {
    // What the trigger of incident_events asks for; it ends with this transaction.
    await sql`set local watchfloor.archiving = 'on'`.execute(trx);
    await takeYourTime(trx);
    const { rows } = await sql<{ id: number }>`
      select i.id from incidents i
      join jsonb_to_recordset(${JSON.stringify(archived)}::jsonb) as a (id bigint, version integer) on a.id = i.id
      where i.status = 'closed' and i.version = a.version and i.state ->> 'hold' is null
      order by i.id for update of i`.execute(trx);
    const ids = rows.map(({ id }) => id);
    const { rows: cards } = await sql<{ summary_id: string | null }>`
      with held as (${cardsInOrder(ids)})
      delete from cards c using held where c.id = held.id returning c.summary_id`.execute(trx);
    const summaries = cards.flatMap(({ summary_id }) => summary_id ?? []);
    await sql`
      delete from summaries s where s.id = any(${summaries}::uuid[])
        and not exists (select from cards c where c.summary_id = s.id)`.execute(trx);
    await sql`delete from alerts where incident_id = any(${ids}::bigint[])`.execute(trx);
    await sql`delete from incident_events where incident_id = any(${ids}::bigint[])`.execute(trx);
    await sql`delete from query_evidence where incident_id = any(${ids}::bigint[])`.execute(trx);
    await sql`delete from incident_keys where incident_id = any(${ids}::bigint[])`.execute(trx);
    await sql`delete from enrichment_news where incident_id = any(${ids}::bigint[])`.execute(trx);
    await sql`
      delete from enrichments
      where subject_key = any(select 'incident ' || id from unnest(${ids}::bigint[]) as id)`.execute(trx);
    await sql`delete from incidents where id = any(${ids}::bigint[])`.execute(trx);
    const left = archived.filter(({ id }) => ids.includes(id));
    await appendRecords(
      trx,
      left.map(({ id, version, head }) => noteOf(at, id, { version, head, ...place })),
    );
    return ids;
  });
}

/** Removes the record up to a number, which stands in an archive, and notes that. As the owner of the tables. */
export async function removeArchivedRecords(
  db: Db,
  { to, hash }: { to: number; hash: string },
  { at, ...place }: ArchiveFile,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`set local watchfloor.archiving = 'on'`.execute(trx);
    await takeYourTime(trx);
    await sql`delete from records where number <= ${to}`.execute(trx);
    await appendRecords(trx, [noteOf(at, null, { to, hash, ...place })]);
  });
}

/** Years of lines leave in one statement, each past a trigger: the limit of a statement is for what people wait for. */
async function takeYourTime(trx: Trx): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(trx);
}

function noteOf(at: Instant, incident: number | null, data: Record<string, unknown>): NewRecord {
  return {
    at,
    actor: { kind: 'bot', id: 'watchfloor', name: 'Watchfloor' },
    type: 'archived',
    incident,
    data,
  };
}
