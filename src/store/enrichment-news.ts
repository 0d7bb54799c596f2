import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

/** An incident of which something new is known; `etag` is another as soon as there is more. */
export interface News {
  id: number;
  etag: string;
}

/**
 * Notes that more is known of all open incidents that a subject is part of, in the transaction in which it is stored.
 * Incidents themselves are not locked: whoever decides about one never waits for what far sides say.
 */
export async function noteNews(trx: Trx, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    insert into enrichment_news (incident_id)
    select distinct k.incident_id from incident_keys k join incidents i on i.id = k.incident_id
    where k.key = any(${keys}::text[]) and i.status <> 'closed'
    order by k.incident_id
    on conflict (incident_id) do update set etag = gen_random_uuid()`.execute(trx);
}

/** The same of incidents that name somebody of whom enough is known already. Whether there are any. */
export async function noteKnown(trx: Trx, incidentIds: number[]): Promise<boolean> {
  const { rows } = await sql`
    insert into enrichment_news (incident_id)
    select distinct k.incident_id from incident_keys k join enrichments e on e.subject_key = k.key
    where k.incident_id = any(${incidentIds}::bigint[]) and k.place is not null and e.answered_at is not null
    order by k.incident_id
    on conflict (incident_id) do update set etag = gen_random_uuid()
    returning incident_id`.execute(trx);
  return rows.length > 0;
}

/** Incidents to be weighed and shown anew, whoever waits longest first. */
export async function readNews(db: Db, limit: number): Promise<News[]> {
  const { rows } = await sql<News>`
    select incident_id as id, etag from enrichment_news order by since, incident_id limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** They are weighed and shown, unless more has been told since. */
export async function endNews(db: Db, told: News[]): Promise<void> {
  await sql`
    delete from enrichment_news n using (
      select n.incident_id from enrichment_news n
      join jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as t (id bigint, etag uuid)
        on t.id = n.incident_id and t.etag = n.etag
      order by n.incident_id for update of n
    ) ended
    where n.incident_id = ended.incident_id`.execute(db);
}

/** This one could not be weighed: others come first. */
export async function putOff(db: Db, id: number): Promise<void> {
  await sql`update enrichment_news set since = now() where incident_id = ${id}`.execute(db);
}
