import { sql } from 'kysely';
import type { Incident } from '../incident/incident.ts';
import type { Db } from './database.ts';
import { noteKnown } from './enrichment-news.ts';
import { type Wanted, wantedAnew } from './enrichments.ts';

/** What is asked about one incident, and by what it is found again. */
export interface EnrichmentPlan {
  id: number;
  version: number;
  priority: number;
  /** `place` is the order in which subjects are shown; `null` of a rule. */
  keys: { key: string; place: number | null }[];
  wanted: Wanted[];
}

/** Incidents of which nobody has looked yet whom and what they concern, newest first. */
export async function readToEnrich(
  db: Db,
  limit: number,
): Promise<{ incident: Incident; priority: number }[]> {
  const { rows } = await sql<{ state: Incident; priority: number }>`
    select state, priority from incidents where to_enrich order by id desc limit ${limit}`.execute(db);
  return rows.map(({ state, priority }) => ({ incident: state, priority }));
}

/**
 * Stores what is wanted to know of incidents, and that what is known already is news to them. An answer within its
 * lifetime serves them all; what somebody waits for already is asked once. An incident that has moved on since it was
 * read is left for the next look. Whether there is any news.
 */
export async function savePlans(db: Db, plans: EnrichmentPlan[]): Promise<boolean> {
  const incidents = plans.map(({ id, version }) => ({ id, version }));
  const keys = plans.flatMap(({ id, keys }) => keys.map((one) => ({ id, ...one })));
  const wanted = plans.flatMap(({ id, priority, wanted }) => wanted.map((one) => ({ id, priority, ...one })));
  return db.transaction().execute(async (trx) => {
    // In this order everybody locks: incidents by number, then what is known.
    const { rows: planned } = await sql<{ id: number }>`
      update incidents i set to_enrich = false
      from (
        select i.id from incidents i
        join jsonb_to_recordset(${JSON.stringify(incidents)}::jsonb) as p (id bigint, version integer)
          on i.id = p.id and i.version = p.version
        order by i.id for no key update of i
      ) p
      where i.id = p.id
      returning i.id`.execute(trx);
    const ids = planned.map(({ id }) => id);
    await sql`
      insert into incident_keys (incident_id, key, place)
      select k.id, k.key, k.place
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k (id bigint, key text, place integer)
      where k.id = any(${ids}::bigint[])
      on conflict do nothing`.execute(trx);
    await sql`
      insert into enrichments (enricher, subject_key, subject, side, rank, wanted, priority)
      select w.enricher, w.key, (array_agg(w.subject))[1], w.side, w.rank, true, max(w.priority)
      from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
        as w (id bigint, priority integer, enricher text, key text, subject jsonb, side text, rank integer)
      where w.id = any(${ids}::bigint[])
      group by w.enricher, w.key, w.side, w.rank
      order by w.enricher, w.key
      on conflict (enricher, subject_key) do update set
        ${wantedAnew}, priority = greatest(enrichments.priority, excluded.priority),
        attempts = case when enrichments.wanted then enrichments.attempts else 0 end,
        try_after = case when enrichments.wanted then enrichments.try_after else '-infinity' end
      where enrichments.wanted or enrichments.expires_at <= now()`.execute(trx);
    return noteKnown(trx, ids);
  });
}
